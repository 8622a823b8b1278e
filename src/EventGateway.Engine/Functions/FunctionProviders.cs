using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using EventGateway.Abstractions.Functions;

namespace EventGateway.Engine.Functions;

/// <summary>The providers of this server, by the type that a function names.</summary>
public sealed class FunctionProviders
{
    private readonly FrozenDictionary<string, IFunctionProvider> _byType;

    /// <summary>Creates the table.</summary>
    /// <param name="providers">The providers; each type once.</param>
    /// <exception cref="ArgumentException">Two providers have one type.</exception>
    public FunctionProviders(IEnumerable<IFunctionProvider> providers)
    {
        ArgumentNullException.ThrowIfNull(providers);
        var byType = new Dictionary<string, IFunctionProvider>();
        foreach (var provider in providers)
        {
            if (!byType.TryAdd(provider.Type, provider))
            {
                throw new ArgumentException($"Two providers have the type \"{provider.Type}\".", nameof(providers));
            }
        }

        _byType = byType.ToFrozenDictionary();
        Types = [.. byType.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The types that functions may name, sorted.</summary>
    public IReadOnlyList<string> Types { get; }

    /// <summary>Finds the provider of a type.</summary>
    /// <param name="type">The type, as a function names it; case matters.</param>
    /// <param name="provider">The provider, if there is one.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet(string type, [NotNullWhen(true)] out IFunctionProvider? provider) => _byType.TryGetValue(type, out provider);
}
