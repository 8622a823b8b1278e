namespace EventGateway.Core.Registry.State;

/// <summary>One instance of each value, as long as anybody has it, so that many resources with the same settings hold them once.</summary>
internal sealed class SharedInstances<T>
    where T : class
{
    private readonly Dictionary<T, (T Instance, int Holders)> _instances = [];

    /// <summary>The instance that is equal to a value. Not set: nobody has one.</summary>
    public T? Find(T value) => _instances.TryGetValue(value, out var found) ? found.Instance : null;

    /// <summary>Counts one more that has the value.</summary>
    public void Add(T value) =>
        _instances[value] = _instances.TryGetValue(value, out var found) ? (found.Instance, found.Holders + 1) : (value, 1);

    /// <summary>Counts one less.</summary>
    public void Remove(T value)
    {
        if (!_instances.TryGetValue(value, out var found))
        {
            return;
        }

        if (found.Holders > 1)
        {
            _instances[value] = (found.Instance, found.Holders - 1);
        }
        else
        {
            _instances.Remove(value);
        }
    }
}
