using System.Collections.Immutable;

namespace EventGateway.Engine.Registry.State;

/// <summary>One instance of each value that resources have, so that many resources with the same settings hold them once. Immutable.</summary>
internal sealed class SharedInstances<T>
    where T : class
{
    private readonly ImmutableDictionary<T, (T Instance, int Holders)> _instances;

    private SharedInstances(ImmutableDictionary<T, (T Instance, int Holders)> instances) => _instances = instances;

    /// <summary>No resource has a value.</summary>
    public static SharedInstances<T> None { get; } = new(ImmutableDictionary<T, (T Instance, int Holders)>.Empty);

    /// <summary>Returns the instance that is equal to a value. Null when no resource has one.</summary>
    public T? Find(T value) => _instances.TryGetValue(value, out var found) ? found.Instance : null;

    /// <summary>The instances after one more resource has the value.</summary>
    public SharedInstances<T> With(T value) =>
        new(_instances.SetItem(value, _instances.TryGetValue(value, out var found) ? (found.Instance, found.Holders + 1) : (value, 1)));

    /// <summary>The instances after one resource less has the value.</summary>
    public SharedInstances<T> Without(T value)
    {
        if (!_instances.TryGetValue(value, out var found))
        {
            return this;
        }

        return new(found.Holders > 1 ? _instances.SetItem(value, (found.Instance, found.Holders - 1)) : _instances.Remove(value));
    }
}
