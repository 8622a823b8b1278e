using System.Text.Json.Nodes;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>A gateway with TLS on both ports and the function <see cref="HeaderEcho"/>. It logs at debug level.</summary>
public sealed class HeaderGateway : TlsGateway
{
    /// <summary>The function: raw at <c>/raw</c> and <c>/slow</c>, with events at <c>/event</c>.</summary>
    internal HeaderEcho Function { get; } = new();

    /// <inheritdoc/>
    private protected override IReadOnlyList<string> Arguments => ["--log-level", "debug"];

    /// <inheritdoc/>
    private protected override async Task CreateResourcesAsync()
    {
        await CreateAsync("functions", new JsonObject { ["functionId"] = "echo", ["type"] = "http", ["provider"] = new JsonObject { ["url"] = Function.Url } });
        foreach (var (path, mode) in ((string, string)[])[("/raw", "raw"), ("/slow", "raw"), ("/event", "event")])
        {
            await CreateAsync("subscriptions", new JsonObject
            {
                ["type"] = "sync",
                ["eventType"] = "http.request",
                ["functionId"] = "echo",
                ["path"] = path,
                ["method"] = "GET",
                ["requestMode"] = mode,
            });
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Function.DisposeAsync();
    }
}
