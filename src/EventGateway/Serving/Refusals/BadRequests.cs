using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using EventGateway.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace EventGateway.Serving.Refusals;

/// <summary>
/// Receives Kestrel's report of the requests that it refuses before they reach a middleware. Logs them, and over HTTP/1.1 adds the errors
/// body to the answer, which Kestrel leaves empty.
/// </summary>
/// <remarks>Only Kestrel gets this source. The listener of ASP.NET would make it create objects for each request.</remarks>
internal sealed class BadRequests(IOptions<KestrelServerOptions> kestrel, RefusalLog log) : DiagnosticSource
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <inheritdoc/>
    public override bool IsEnabled(string name) => name == BadRequest;

    /// <inheritdoc/>
    [RequiresUnreferencedCode("See the base member.")]
    [RequiresDynamicCode("See the base member.")]
    public override void Write(string name, object? value)
    {
        // Kestrel also reports bodies that cannot be read to the end. Their requests have been answered.
        if (value is IFeatureCollection features
            && features.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException error
            && features.Get<IHttpResponseFeature>() is { HasStarted: false })
        {
            Refuse(features, error);
        }
    }

    private void Refuse(IFeatureCollection features, BadHttpRequestException error)
    {
        var request = features.Get<IHttpRequestFeature>();
        var text = RefusalText.Of(error, kestrel.Value.Limits);

        // Over HTTP/2 the output is shared with the other streams, and Kestrel resets the stream.
        if (features.Get<IHttp2StreamIdFeature>() is null)
        {
            features.Get<RefusalOutput>()?.Refuse(JsonResponse.ErrorBody([text]), hasBody: !HttpMethods.IsHead(request?.Method ?? ""));
        }

        log.Refused(request, error.StatusCode, text);
    }
}
