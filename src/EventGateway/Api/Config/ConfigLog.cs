using EventGateway.Http;

namespace EventGateway.Api.Config;

/// <summary>The log of writes to the configuration: who changed what.</summary>
internal sealed partial class ConfigLog(ILogger<ConfigLog> logger)
{
    /// <summary>Logs a write that is in force.</summary>
    /// <param name="context">The request, whose peer made the write.</param>
    /// <param name="change">What the write did: <c>created</c>, <c>updated</c> or <c>deleted</c>.</param>
    /// <param name="kind">The name of the kind of resource, as in the OpenAPI document.</param>
    /// <param name="revision">The revision of the configuration after the write.</param>
    public void Written(HttpContext context, string change, string kind, string space, string id, long revision)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            LogWritten(kind, space, id, change, revision, RemoteAddress.Of(context));
        }
    }

    [LoggerMessage(LogEvents.ConfigWritten, LogLevel.Information, "{Kind} {Space}/{Id} {Change} at revision {Revision} by {RemoteAddress}.")]
    private partial void LogWritten(string kind, string space, string id, string change, long revision, string remoteAddress);
}
