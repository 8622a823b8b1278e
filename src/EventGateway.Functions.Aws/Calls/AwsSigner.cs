using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using Amazon.Runtime.Internal.Util;
using EventGateway.Abstractions.Connections;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>Signs requests to one service with the SDK's signer (Signature Version 4).</summary>
/// <param name="service">The service's name in signatures, such as <c>lambda</c>.</param>
/// <param name="timeProvider">The clock of the signatures.</param>
internal sealed class AwsSigner(string service, TimeProvider timeProvider)
{
    private static readonly AWS4Signer Signer = new();
    private static readonly string[] NotSent = ["host", "content-type"];

    /// <summary>Makes the signed HTTP request.</summary>
    public HttpRequestMessage Sign(AwsTarget target, AwsKeys keys, AwsRequest request)
    {
        using var unsigned = new DefaultRequest(Nothing.Instance, service)
        {
            Endpoint = target.Endpoint,
            HttpMethod = HttpMethod.Post.Method,
            ResourcePath = target.Endpoint.AbsolutePath.TrimEnd('/') + request.Path,
            PrecomputedContentSha256 = Convert.ToHexStringLower(SHA256.HashData(request.Body.Span)),
        };
        foreach (var (name, value) in request.PathResources)
        {
            unsigned.AddPathResource(name, value);
        }

        unsigned.Headers["Content-Type"] = request.ContentType;
        if (request.Operation is { } operation)
        {
            unsigned.Headers["X-Amz-Target"] = operation;
        }

        foreach (var (name, value) in request.Headers)
        {
            unsigned.Headers[name] = value;
        }

        if (keys.SessionToken?.Reveal() is { } token)
        {
            unsigned.Headers["X-Amz-Security-Token"] = token;
        }

        var signature = Signer.SignRequest(
            unsigned, target.Signing, new RequestMetrics(), keys.AccessKeyId, keys.SecretAccessKey.Reveal(), timeProvider.GetUtcNow().UtcDateTime);
        return ToHttp(unsigned, request, signature.ForAuthorizationHeader);
    }

    private static HttpRequestMessage ToHttp(DefaultRequest signed, AwsRequest request, string authorization)
    {
        var http = new HttpRequestMessage(HttpMethod.Post, AmazonServiceClient.ComposeUrl(signed))
        {
            Content = new ReadOnlyMemoryContent(request.Body),
        };
        http.Content.Headers.TryAddWithoutValidation("Content-Type", signed.Headers["Content-Type"]);
        foreach (var (name, value) in signed.Headers)
        {
            if (!NotSent.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                http.Headers.TryAddWithoutValidation(name, value);
            }
        }

        http.Headers.TryAddWithoutValidation("Authorization", authorization);
        http.Headers.TryAddWithoutValidation("User-Agent", "event-gateway");
        AnswerCodings.Ask(http.Headers);
        if (request.Via is { } via)
        {
            http.Headers.TryAddWithoutValidation(Via.Name, via);
        }

        return http;
    }

    private sealed class Nothing : AmazonWebServiceRequest
    {
        public static readonly Nothing Instance = new();
    }
}
