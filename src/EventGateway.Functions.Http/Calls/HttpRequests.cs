using System.Net;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Http.Tokens;

namespace EventGateway.Functions.Http.Calls;

/// <summary>Creates the requests to functions.</summary>
internal static class HttpRequests
{
    /// <summary>Creates the request that sends an event.</summary>
    public static HttpRequestMessage Create(HttpTarget target, Invocation invocation, TokenResult? token)
    {
        var payload = invocation.Payload;
        var content = new PayloadContent(payload.Body);
        if (payload.ContentType is { } contentType)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", target.ContentType ?? contentType);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, target.EventUri)
        {
            Version = target.Version,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = content,
        };
        Add(request, target, token);
        AddAgent(request, target);
        // On calls of which only the outcome is wanted too: the beginning of a failure's answer is kept, so it is decoded.
        AnswerCodings.Ask(request.Headers);

        if (payload.Headers is { } headers)
        {
            for (var i = 0; i < headers.Count; i++)
            {
                request.Headers.TryAddWithoutValidation(headers[i].Key, headers[i].Value);
            }
        }

        if (invocation.Via is { } via)
        {
            request.Headers.TryAddWithoutValidation(Via.Name, via);
        }

        target.Signer?.Sign(request, invocation.EventId, payload.Body.Span);
        return request;
    }

    /// <summary>Adds the function's headers to a request that may have headers of the same names, which are replaced.</summary>
    public static void Replace(HttpRequestMessage request, HttpTarget target, TokenResult? token)
    {
        foreach (var (name, _) in target.Headers)
        {
            request.Headers.Remove(name);
        }

        if (token is not null)
        {
            request.Headers.Remove("Authorization");
        }

        Add(request, target, token);
    }

    /// <summary>Asks a function whether it wants events.</summary>
    /// <param name="target">The function.</param>
    /// <param name="headers">The headers of the request.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="HttpRequestException">The function did not answer, or there is no token.</exception>
    public static async Task<HttpResponseMessage> AskAsync(
        HttpTarget target, IReadOnlyList<KeyValuePair<string, string>> headers, CancellationToken cancellationToken)
    {
        var token = await TokenOfAsync(target, cancellationToken);
        var response = await AskAsync(target, headers, token, cancellationToken);
        if (response.StatusCode is not HttpStatusCode.Unauthorized || token is null || !target.Tokens!.Drop(token))
        {
            return response;
        }

        response.Dispose();
        return await AskAsync(target, headers, await TokenOfAsync(target, cancellationToken), cancellationToken);
    }

    private static async Task<HttpResponseMessage> AskAsync(
        HttpTarget target, IReadOnlyList<KeyValuePair<string, string>> headers, TokenResult? token, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, target.EventUri)
        {
            Version = target.Version,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        Add(request, target, token);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await target.Connections.Client.SendAsync(request, cancellationToken);
    }

    private static async ValueTask<TokenResult?> TokenOfAsync(HttpTarget target, CancellationToken cancellationToken)
    {
        var token = target.Tokens is { } tokens ? await tokens.GetAsync(cancellationToken) : null;
        return token?.Error is { } error ? throw new HttpRequestException(error, token.Refusal) : token;
    }

    private static void AddAgent(HttpRequestMessage request, HttpTarget target)
    {
        if (target.Headers.Length == 0 || !request.Headers.NonValidated.Contains("User-Agent"))
        {
            request.Headers.TryAddWithoutValidation("User-Agent", "event-gateway");
        }
    }

    private static void Add(HttpRequestMessage request, HttpTarget target, TokenResult? token)
    {
        foreach (var (name, value) in target.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", token.Authorization);
        }
    }
}
