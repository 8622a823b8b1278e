using System.Net;
using System.Net.Http.Headers;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Http;
using EventGateway.Engine.Functions;
using EventGateway.Http;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Forwarder;

namespace EventGateway.Events;

/// <summary>Makes the outgoing request of a raw call: the incoming request at the function's URL, or the event. Passes the answer on.</summary>
/// <param name="endpoint">The function's endpoint.</param>
/// <param name="invocation">The event.</param>
/// <param name="isForwarded">Whether the function gets the request itself, not the event.</param>
/// <param name="forwarded">Adds the <c>X-Forwarded-…</c> headers.</param>
/// <param name="timeouts">The timeouts of the call.</param>
internal sealed class RawTransformer(IRawEndpoint endpoint, Invocation invocation, bool isForwarded, ForwardedHeaders forwarded, RawTimeouts timeouts)
    : HttpTransformer
{
    private static readonly UriCreationOptions Unchanged = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>The function's answer without the body. Null until the function has answered.</summary>
    public FunctionResult? Answer { get; private set; }

    /// <summary>Whether the whole answer has been read. The request's body may be unread even then.</summary>
    public bool IsAnswered { get; private set; }

    /// <inheritdoc/>
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        if (!isForwarded)
        {
            var payload = invocation.Payload;
            proxyRequest.Method = HttpMethod.Post;
            proxyRequest.RequestUri = endpoint.Uri;
            proxyRequest.Headers.TryAddWithoutValidation("User-Agent", "event-gateway");
            if (httpContext.Request.Headers.AcceptEncoding is { Count: > 0 } codings)
            {
                // The sender gets the answer as the function coded it.
                proxyRequest.Headers.TryAddWithoutValidation("Accept-Encoding", (IEnumerable<string?>)codings);
            }

            proxyRequest.Content!.Headers.ContentLength = payload.Body.Length;
            if (payload.ContentType is { } contentType)
            {
                proxyRequest.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            }

            foreach (var (name, value) in payload.Headers ?? [])
            {
                proxyRequest.Headers.TryAddWithoutValidation(name, value);
            }

            if (invocation.Via is { } via)
            {
                proxyRequest.Headers.TryAddWithoutValidation(Via.Name, via);
            }

            endpoint.Sign(proxyRequest, invocation.EventId, payload.Body.Span);
        }
        else
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            var target = TargetText.Encode(RequestTarget.RawPath(httpContext.Request) + QueryOf(httpContext.Request))
                ?? throw new InvalidRequestException("The path or the query has characters that HTTP does not allow.");
            proxyRequest.RequestUri = new Uri(destinationPrefix + target, Unchanged);
            proxyRequest.Headers.Host = null;
            RemoveListed(httpContext.Request.Headers.Connection, proxyRequest.Headers);
            forwarded.Add(httpContext, proxyRequest);
            if (FunctionMetrics.IsTraced)
            {
                ReplaceTrace(proxyRequest);
            }
        }

        await endpoint.AuthorizeAsync(proxyRequest, cancellationToken);
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var headers = httpContext.Response.Headers;
        if (proxyResponse is null)
        {
            return await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        }

        timeouts.BeginAnswer();
        Answer = endpoint.Classify(proxyResponse.StatusCode);
        if (RawResponse.FindError(proxyResponse) is { } error)
        {
            throw new HttpRequestException(error);
        }

        RawResponse.RemoveHopByHop(proxyResponse, proxyResponse.Content.Headers);
        RawResponse.RemoveHopByHop(proxyResponse, proxyResponse.Headers);
        // The function's headers replace the gateway's CORS headers, except Vary, which is combined.
        foreach (var (name, _) in proxyResponse.Headers.NonValidated)
        {
            if (!name.Equals("Vary", StringComparison.OrdinalIgnoreCase))
            {
                headers.Remove(name);
            }
        }

        var copies = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (RawResponse.HasBody((int)proxyResponse.StatusCode))
        {
            proxyResponse.Content = new AnswerContent(proxyResponse.Content, httpContext.Response, timeouts);
            return copies;
        }

        // Kestrel aborts an answer that is shorter than its Content-Length. A 304 has the length that a 200 would have.
        if (proxyResponse.StatusCode is not HttpStatusCode.NotModified)
        {
            headers.ContentLength = null;
        }

        return false;
    }

    /// <inheritdoc/>
    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken)
    {
        IsAnswered = true;
        timeouts.EndAnswer();
        if (!httpContext.Response.SupportsTrailers())
        {
            return ValueTask.CompletedTask;
        }

        RawResponse.RemoveHopByHop(proxyResponse, proxyResponse.TrailingHeaders);
        return RawResponse.FindBadHeader(proxyResponse.TrailingHeaders.NonValidated) is null
            ? base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken)
            : ValueTask.CompletedTask;
    }

    // When calls are traced, the call's span is the parent.
    private void ReplaceTrace(HttpRequestMessage proxyRequest)
    {
        foreach (var name in TraceContext.Names)
        {
            proxyRequest.Headers.Remove(name);
        }

        foreach (var (name, value) in invocation.Payload.Headers ?? [])
        {
            if (TraceContext.Names.Contains(name))
            {
                proxyRequest.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    // The query of the function's URL, which may hold a key, comes before the sender's query.
    private string? QueryOf(HttpRequest request)
    {
        var (own, sent) = (endpoint.Uri.Query, request.QueryString.Value);
        return own.Length <= 1 ? sent : string.IsNullOrEmpty(sent) ? own : $"{own}&{sent[1..]}";
    }

    // RFC 9110, section 7.6.1: headers that Connection lists are meant for the gateway only.
    private static void RemoveListed(StringValues connection, HttpRequestHeaders headers)
    {
        foreach (var value in connection)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                // Removing a header that belongs to the content throws, so check first.
                var name = value.AsSpan(range).Trim().ToString();
                if (HttpToken.IsValid(name) && headers.NonValidated.Contains(name))
                {
                    headers.Remove(name);
                }
            }
        }
    }
}
