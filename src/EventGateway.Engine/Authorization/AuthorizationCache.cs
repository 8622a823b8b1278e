using System.Diagnostics.CodeAnalysis;
using EventGateway.Abstractions;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Internal;

namespace EventGateway.Engine.Authorization;

/// <summary>Keeps decisions of authorizers for as long as these allow. Safe for concurrent use.</summary>
public sealed class AuthorizationCache : IDisposable
{
    /// <summary>The maximum number of decisions. A new one is not kept when there are as many.</summary>
    public const int Capacity = 10_000;

    /// <summary>The largest decision that is kept, in bytes, so that all together take at most about 40 MiB.</summary>
    public const int MaxDecisionBytes = 4096;

    private static readonly TimeSpan CompactionInterval = TimeSpan.FromSeconds(1);

    private readonly MemoryCache _decisions;
    private readonly TimeProvider _timeProvider;
    private long _compacted;

    /// <summary>Creates an empty cache.</summary>
    public AuthorizationCache(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        _compacted = timeProvider.GetTimestamp() - timeProvider.TimestampFrequency;

        // A full cache keeps what it has, so that a sender of many different requests cannot evict the decisions for others.
        _decisions = new MemoryCache(new MemoryCacheOptions
        {
            SizeLimit = Capacity,
            CompactionPercentage = 0,
            Clock = new SteadyClock(SteadyTimeProvider.Of(timeProvider)),
        });
    }

    /// <summary>Finds a decision that still holds.</summary>
    public bool TryGet(AuthorizationKey key, [NotNullWhen(true)] out AuthorizationDecision? decision) => _decisions.TryGetValue(key, out decision);

    /// <summary>Keeps a decision, if it says for how long.</summary>
    public void Add(AuthorizationKey key, AuthorizationDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (decision.CacheFor <= TimeSpan.Zero || decision.Authorization.Length + (2 * (decision.Refusal?.Length ?? 0)) > MaxDecisionBytes)
        {
            return;
        }

        if (_decisions.Count >= Capacity && MayCompact())
        {
            // Removes only what has expired.
            _decisions.Compact(0);
        }

        using var entry = _decisions.CreateEntry(key);
        entry.Value = decision;
        entry.Size = 1;
        entry.AbsoluteExpirationRelativeToNow = decision.CacheFor;
    }

    /// <inheritdoc/>
    public void Dispose() => _decisions.Dispose();

    // At most once a second, because it looks at every decision.
    private bool MayCompact()
    {
        var compacted = Interlocked.Read(ref _compacted);
        return _timeProvider.GetElapsedTime(compacted) >= CompactionInterval
            && Interlocked.CompareExchange(ref _compacted, _timeProvider.GetTimestamp(), compacted) == compacted;
    }

    private sealed class SteadyClock(SteadyTimeProvider timeProvider) : ISystemClock
    {
        public DateTimeOffset UtcNow => timeProvider.GetUtcNow();
    }
}
