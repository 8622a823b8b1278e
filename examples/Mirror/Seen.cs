using System.Collections.Concurrent;

namespace Mirror;

/// <summary>
/// Tells what has been sent to a path, to who sent an event for which nobody answers: <c>GET /seen/PATH</c> waits for the first
/// request to <c>/PATH</c> since it was asked for last.
/// </summary>
internal static class Seen
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _first = new(StringComparer.Ordinal);

    /// <summary>Remembers a request, unless there is one already that nobody asked for.</summary>
    public static void Add(string path, string description) => FirstOf(path).TrySetResult(description);

    /// <summary>Waits for a request.</summary>
    public static async Task<string> WaitAsync(string path, CancellationToken cancellationToken)
    {
        var description = await FirstOf("/" + path).Task.WaitAsync(_patience, cancellationToken);
        _first.TryRemove("/" + path, out _);
        return description;
    }

    private static TaskCompletionSource<string> FirstOf(string path) =>
        _first.GetOrAdd(path, static _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
}
