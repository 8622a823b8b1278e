using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Resources;
using EventGateway.Tests.Engine.Functions;
using EventGateway.TestSupport;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Tests.Functions.Aws;

/// <summary>A played AWS service, which checks signatures and then answers as a test says.</summary>
internal sealed class AwsServer : IAsyncDisposable
{
    public const string KeyId = "AKIDEXAMPLE";
    public const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    public const string Token = "the-session-token";

    private readonly FunctionServer _server;
    private readonly List<AwsServerCall> _calls;

    private AwsServer(FunctionServer server, List<AwsServerCall> calls) => (_server, _calls) = (server, calls);

    public string Url => _server.Url;

    public IReadOnlyList<AwsServerCall> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public static async Task<AwsServer> StartAsync(Func<HttpContext, AwsServerCall, Task> answer)
    {
        var calls = new List<AwsServerCall>();
        return new AwsServer(await FunctionServer.StartAsync(context => ServeAsync(context, calls, answer)), calls);
    }

    /// <summary>A function that this server's credentials and address stand in.</summary>
    public Function Function(string type, params (string Name, string Value)[] settings) => new()
    {
        Space = "default",
        FunctionId = "f1",
        Type = type,
        Provider = Settings(
        [
            .. settings,
            ("region", "eu-central-1"),
            ("awsAccessKeyId", KeyId),
            ("awsSecretAccessKey", Secret),
            ("endpoint", Url),
        ]),
    };

    public static JsonElement Settings(params (string Name, string Value)[] settings) =>
        JsonElement.Parse(new JsonObject(settings.Select(s => KeyValuePair.Create(s.Name, (JsonNode?)s.Value))).ToJsonString());

    public static Task AnswerAsync(HttpContext context, int status, string body, string contentType = "application/x-amz-json-1.1")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static async Task ServeAsync(HttpContext context, List<AwsServerCall> calls, Func<HttpContext, AwsServerCall, Task> answer)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var bytes = body.ToArray();
        var call = new AwsServerCall(context.Features.Get<IHttpRequestFeature>()!.RawTarget, new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase)), Encoding.UTF8.GetString(bytes));
        lock (calls)
        {
            calls.Add(call);
        }

        var error = SignatureV4.Check(
            context.Request.Method,
            call.Target,
            name => context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null,
            bytes,
            static keyId => keyId == KeyId ? Secret : null);
        if (error is not null)
        {
            await AnswerAsync(context, 403, $$"""{"__type":"com.amazon.coral.service#{{error}}","message":"The request is not signed right."}""");
            return;
        }

        await answer(context, call);
    }
}

/// <summary>A request that the played service got.</summary>
internal sealed record AwsServerCall(string Target, IHeaderDictionary Headers, string Body);
