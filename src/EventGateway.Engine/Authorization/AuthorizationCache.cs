using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace EventGateway.Engine.Authorization;

/// <summary>Remembers answers of authorizers for as long as they asked for, a bounded number of them. Safe for concurrent use.</summary>
/// <param name="timeProvider">The clock.</param>
public sealed class AuthorizationCache(TimeProvider timeProvider)
{
    /// <summary>How many answers are remembered; when there are as many, new ones are not.</summary>
    public const int Capacity = 10_000;

    /// <summary>The largest answer that is remembered, in bytes: together they take at most about 40 MiB. The authorizer is asked each time for a larger one.</summary>
    public const int LargestAnswer = 4096;

    private readonly ConcurrentDictionary<AuthorizationKey, (AuthorizationAnswer Answer, long Until)> _answers = new();
    private long _swept = -timeProvider.TimestampFrequency;

    /// <summary>Finds an answer that still holds.</summary>
    public bool TryGet(AuthorizationKey key, [NotNullWhen(true)] out AuthorizationAnswer? answer)
    {
        answer = null;
        if (_answers.TryGetValue(key, out var found) && timeProvider.GetTimestamp() < found.Until)
        {
            answer = found.Answer;
        }

        return answer is not null;
    }

    /// <summary>Remembers an answer, if it asks for that.</summary>
    public void Add(AuthorizationKey key, AuthorizationAnswer answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (answer.CacheFor <= TimeSpan.Zero || answer.Authorization.Length + (2 * (answer.Refusal?.Length ?? 0)) > LargestAnswer)
        {
            return;
        }

        var now = timeProvider.GetTimestamp();
        if (_answers.Count >= Capacity && MaySweep(now))
        {
            foreach (var old in _answers)
            {
                if (old.Value.Until <= now)
                {
                    _answers.TryRemove(old);
                }
            }
        }

        if (_answers.Count < Capacity)
        {
            _answers[key] = (answer, now + (long)(answer.CacheFor.TotalSeconds * timeProvider.TimestampFrequency));
        }
    }

    // Once a second at most: whoever sends requests that are all different must not have every one of them look through all.
    private bool MaySweep(long now)
    {
        var swept = Interlocked.Read(ref _swept);
        return now - swept >= timeProvider.TimestampFrequency && Interlocked.CompareExchange(ref _swept, now, swept) == swept;
    }
}
