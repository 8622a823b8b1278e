using System.Diagnostics;
using System.Globalization;

namespace EventGateway.Benchmarks.Load;

/// <summary>Runs the load generator <c>wrk</c>. Each of 64 connections posts a 1 KB JSON body, again and again.</summary>
internal sealed class Wrk : IDisposable
{
    private const int Connections = 64;
    private const int BodyBytes = 1024;

    private readonly Processes.TemporaryDirectory _directory = new();

    /// <summary>Posts requests for the given time.</summary>
    /// <param name="target">The URL to post to.</param>
    /// <param name="duration">How long, in whole seconds.</param>
    /// <param name="eventType">The value of the header <c>Event</c>. Null means that the header is not sent: a raw HTTP request.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <param name="rate">The limit of requests per second, over all connections. Null means no limit.</param>
    public async Task<LoadResult> RunAsync(
        Uri target, TimeSpan duration, string? eventType, CancellationToken cancellationToken, double? rate = null)
    {
        var script = Path.Combine(_directory.Path, "post.lua");
        await File.WriteAllTextAsync(script, Script(eventType, rate), cancellationToken);
        var seconds = ((int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo("wrk", ["-t1", $"-c{Connections}", $"-d{seconds}s", "-s", script, target.AbsoluteUri])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return Parse(output) ?? throw new InvalidOperationException($"wrk printed no result:\n{output}\n{await errors}");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    public void Dispose() => _directory.Dispose();

    private static LoadResult? Parse(string output)
    {
        var line = output.Split('\n').LastOrDefault(l => l.StartsWith("RESULT ", StringComparison.Ordinal));
        if (line is null)
        {
            return null;
        }

        var n = Array.ConvertAll(line.Split(' ')[1..], t => (long)double.Parse(t, CultureInfo.InvariantCulture));
        return new LoadResult(n[0], n[1], n[2], TimeSpan.FromMicroseconds(n[3]), TimeSpan.FromMicroseconds(n[4]), TimeSpan.FromMicroseconds(n[5]));
    }

    private static string Script(string? eventType, double? rate)
    {
        const string Begin = """{"id":"0123456789","text":" """;
        const string End = "\"}";
        var body = Begin + new string('x', BodyBytes - Begin.Length - End.Length) + End;
        var header = eventType is null ? string.Empty : $"wrk.headers['Event'] = '{eventType}'";

        // Each connection waits a random time before each request. On average all connections together reach the rate.
        var delay = rate is null ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"function delay() return math.random(0, {2000 * Connections / rate:0}) end");
        return $$"""
            wrk.method = 'POST'
            wrk.body = '{{body}}'
            wrk.headers['Content-Type'] = 'application/json'
            {{header}}
            {{delay}}
            function done(summary, latency, requests)
              local e = summary.errors
              io.write(string.format('RESULT %d %d %d %d %d %d\n', summary.requests, e.status,
                e.connect + e.read + e.write + e.timeout, summary.duration, latency:percentile(50), latency:percentile(99)))
            end
            """;
    }
}
