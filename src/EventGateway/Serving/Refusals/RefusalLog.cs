using EventGateway.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Serving.Refusals;

/// <summary>Logs requests that are refused because they break the rules of HTTP. Any client can send them, so at debug level only.</summary>
internal sealed partial class RefusalLog(ILogger<RefusalLog> logger)
{
    private const string Unknown = "?";

    /// <summary>Logs a refused request.</summary>
    /// <param name="request">The request, as far as it could be read. Null means not at all.</param>
    /// <param name="status">The status of the answer.</param>
    /// <param name="cause">Why it is refused.</param>
    public void Refused(IHttpRequestFeature? request, int status, string cause)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            LogRefused(Known(request?.Method), request?.RawTarget is { Length: > 0 } target ? RequestTarget.RawPath(target) : Unknown, status, cause);
        }
    }

    private static string Known(string? text) => string.IsNullOrEmpty(text) ? Unknown : text;

    [LoggerMessage(LogEvents.ServerRefused, LogLevel.Debug, "Refused {Method} {Path} with {Status}: {Cause}")]
    private partial void LogRefused(string method, string path, int status, string cause);
}
