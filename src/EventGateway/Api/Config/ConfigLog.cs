using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using EventGateway.Http;

namespace EventGateway.Api.Config;

/// <summary>The log of writes to the configuration: who changed what.</summary>
internal sealed partial class ConfigLog(ILogger<ConfigLog> logger)
{
    /// <summary>Logs a write that was stored, also when it is answered 503 because it is not in force yet.</summary>
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

    /// <summary>Logs a write of a resource, if it was stored.</summary>
    /// <param name="change">What the write did. Null means that it created or updated the resource.</param>
    /// <param name="result">The outcome of the write.</param>
    public void Written<T>(HttpContext context, string? change, string kind, RegistryResult<T> result)
        where T : class, IResource
    {
        if ((result.Entry ?? result.StoredEntry) is { } entry)
        {
            Written(context, change ?? (result.IsNew ? "created" : "updated"), kind, entry.Resource.Space, entry.Resource.Id, entry.Revision);
        }
    }

    [LoggerMessage(LogEvents.ConfigWritten, LogLevel.Information, "{Kind} {Space}/{Id} {Change} at revision {Revision} by {RemoteAddress}.")]
    private partial void LogWritten(string kind, string space, string id, string change, long revision, string remoteAddress);
}
