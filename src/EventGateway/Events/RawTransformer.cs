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

/// <summary>Turns a request into the one that the function gets: the same, at the function's URL, or the event that it brought.</summary>
/// <param name="endpoint">Where the function is.</param>
/// <param name="invocation">The event.</param>
/// <param name="isForwarded">Whether the request is sent as it is, rather than the event.</param>
/// <param name="forwarded">Tells who sent a request.</param>
internal sealed class RawTransformer(IRawEndpoint endpoint, Invocation invocation, bool isForwarded, ForwardedHeaders forwarded) : HttpTransformer
{
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>What the function answered, without the body. Not set: it has not.</summary>
    public FunctionResult? Answer { get; private set; }

    /// <summary>Whether the whole answer has been read; the request's body may not have been.</summary>
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
            proxyRequest.RequestUri = new Uri(destinationPrefix + target, AsItIs);
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

        Answer = endpoint.Classify(proxyResponse.StatusCode);
        if (RawResponse.FindError(proxyResponse) is { } error)
        {
            throw new HttpRequestException(error);
        }

        RawResponse.RemoveHopByHop(proxyResponse, proxyResponse.Content.Headers);
        RawResponse.RemoveHopByHop(proxyResponse, proxyResponse.Headers);
        // What a function says stands above the gateway's CORS headers; what an answer varies by adds up.
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
            return copies;
        }

        // The server aborts the answer when fewer bytes than this follow. A 304 tells the length that a 200 would have.
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
        RawResponse.RemoveHopByHop(proxyResponse, proxyResponse.TrailingHeaders);
        return RawResponse.FindBadHeader(proxyResponse.TrailingHeaders.NonValidated) is null
            ? base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken)
            : ValueTask.CompletedTask;
    }

    // Where calls are traced, the function goes on from the call's span.
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

    // What the function's URL asks for, a key for instance, and what the sender asks for.
    private string? QueryOf(HttpRequest request)
    {
        var (own, sent) = (endpoint.Uri.Query, request.QueryString.Value);
        return own.Length <= 1 ? sent : string.IsNullOrEmpty(sent) ? own : $"{own}&{sent[1..]}";
    }

    // RFC 9110, section 7.6.1: what Connection lists is for the gateway alone, as Connection itself is.
    private static void RemoveListed(StringValues connection, HttpRequestHeaders headers)
    {
        foreach (var value in connection)
        {
            foreach (var range in value.AsSpan().Split(','))
            {
                // Headers that describe the body are not among these, and asking for their removal throws.
                var name = value.AsSpan(range).Trim().ToString();
                if (HttpToken.IsValid(name) && headers.NonValidated.Contains(name))
                {
                    headers.Remove(name);
                }
            }
        }
    }
}
