using System.Collections.Concurrent;

namespace Mirror;

/// <summary>
/// Shows requests to senders that get no answer, such as senders of async events. <c>GET /seen/PATH</c> waits for a request to
/// <c>/PATH</c> and returns it. It returns the first request since the last <c>GET</c>.
/// </summary>
internal static class Seen
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly ConcurrentDictionary<string, TaskCompletionSource<string>> FirstRequests = new(StringComparer.Ordinal);

    /// <summary>Keeps a request, unless an earlier one to the same path has not been fetched yet.</summary>
    public static void Add(string path, string description) => FirstOf(path).TrySetResult(description);

    /// <summary>Waits for a request and returns it.</summary>
    public static async Task<string> WaitAsync(string path, CancellationToken cancellationToken)
    {
        var description = await FirstOf("/" + path).Task.WaitAsync(Deadline, cancellationToken);
        FirstRequests.TryRemove("/" + path, out _);
        return description;
    }

    private static TaskCompletionSource<string> FirstOf(string path) =>
        FirstRequests.GetOrAdd(path, static _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));
}
