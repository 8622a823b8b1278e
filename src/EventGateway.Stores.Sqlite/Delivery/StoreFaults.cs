using EventGateway.Abstractions.Delivery;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The files of the store that cannot be used. Safe for concurrent use.</summary>
/// <param name="root">The data directory.</param>
internal sealed class StoreFaults(string root)
{
    private readonly Lock _gate = new();
    private readonly List<StoreFault> _faults = [];

    /// <summary>Lists the faults. A file that was set aside is no fault any more once the operator has moved it away.</summary>
    public IReadOnlyList<StoreFault> List()
    {
        lock (_gate)
        {
            _faults.RemoveAll(fault => fault.Kind is not StoreFaultKind.Missing && !File.Exists(Path.Combine(root, fault.File)));
            return [.. _faults];
        }
    }

    /// <summary>Adds a fault, unless it is known.</summary>
    public void Add(StoreFault fault)
    {
        lock (_gate)
        {
            if (!_faults.Contains(fault))
            {
                _faults.Add(fault);
            }
        }
    }
}
