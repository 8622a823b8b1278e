using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Http.Calls;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Signing;

namespace EventGateway.Tests.Engine.Functions;

/// <summary>
/// HTTP functions that a test plays, called without a connection; without any behaviour they answer 200. Their settings are
/// <c>url</c> and whether their requests are <c>signed</c>.
/// </summary>
internal sealed class PlayedHttpFunctions : IRawFunctionProvider
{
    private readonly ConcurrentDictionary<string, Func<PlayedRequest, CancellationToken, Task<HttpResponseMessage>>> _behaviours = new();
    private readonly ConcurrentQueue<PlayedRequest> _requests = new();
    private readonly ConditionalWeakTable<Function, HttpTarget> _targets = [];

    public string Type => "http";

    /// <summary>The requests that functions got, with their bodies read.</summary>
    public IReadOnlyList<PlayedRequest> Requests => [.. _requests];

    public void Play(string functionId, Func<PlayedRequest, CancellationToken, Task<HttpResponseMessage>> behaviour) => _behaviours[functionId] = behaviour;

    /// <summary>Has a function answer with a status, headers and a body.</summary>
    public void Answer(string functionId, int status, string body, params (string Name, string Value)[] headers) => Play(functionId, (_, _) =>
    {
        var answer = new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body) };
        answer.Content.Headers.ContentType = null;
        foreach (var (name, value) in headers)
        {
            if (!answer.Headers.TryAddWithoutValidation(name, value))
            {
                answer.Content.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return Task.FromResult(answer);
    });

    public JsonElement Validate(JsonElement settings, SettingErrors errors) => settings.Clone();

    public IRawEndpoint EndpointOf(Function function) => new HttpEndpoint(_targets.GetValue(function, Create));

    public bool IsSigned(Function function) => function.Provider.GetProperty("signed").GetBoolean();

    public ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken) =>
        throw new NotSupportedException("These functions are called by raw subscriptions.");

    private HttpTarget Create(Function function) => new()
    {
        Uri = new Uri(function.Provider.GetProperty("url").GetString()!),
        Connections = new Connections(this, function.FunctionId),
        Signer = IsSigned(function) ? new WebhookSigner([], TimeProvider.System) : null,
    };

    // Checked and marked as real requests are.
    private sealed class Connections(PlayedHttpFunctions functions, string functionId) : IHttpConnections
    {
        public HttpMessageInvoker Client { get; } = new(new ViaHandler(new CheckedHandler(new Transport(functions, functionId))));
    }

    private sealed class Transport(PlayedHttpFunctions functions, string functionId) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = request.Content is { } content ? await content.ReadAsStringAsync(cancellationToken) : null;
            var headers = request.Headers.NonValidated.Concat(request.Content?.Headers.NonValidated ?? []);
            var played = new PlayedRequest(
                request.Method.Method,
                request.RequestUri!.OriginalString,
                headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body);
            functions._requests.Enqueue(played);
            var answer = functions._behaviours.TryGetValue(functionId, out var behaviour)
                ? await behaviour(played, cancellationToken)
                : new HttpResponseMessage(HttpStatusCode.OK);
            answer.RequestMessage = request;
            return answer;
        }
    }
}
