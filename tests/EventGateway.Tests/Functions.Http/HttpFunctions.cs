using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Http;
using EventGateway.Functions.Http.Calls;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Presets;

namespace EventGateway.Tests.Functions.Http;

/// <summary>The provider of the type <c>http</c>, with connections of its own, and the presets over the same connections.</summary>
internal sealed class HttpFunctions : IRawFunctionProvider, ISigningFunctionProvider, IDisposable
{
    private readonly HttpConnections _connections;
    private readonly HttpFunctionProvider<PlainHttp> _http;

    public HttpFunctions(TimeProvider timeProvider, HttpFunctionOptions? options = null)
    {
        options ??= new HttpFunctionOptions();
        _connections = new HttpConnections(timeProvider, options);
        var (caller, targets) = (new HttpCaller(options, timeProvider), new HttpTargets(_connections, timeProvider));
        _http = new(caller, targets, timeProvider);
        Presets =
        [
            new HttpFunctionProvider<AzureFunction>(caller, targets, timeProvider),
            new HttpFunctionProvider<GoogleFunction>(caller, targets, timeProvider),
            new HttpFunctionProvider<OpenWhisk>(caller, targets, timeProvider),
        ];
    }

    /// <summary>Azure, Google, OpenWhisk.</summary>
    public IReadOnlyList<IFunctionProvider> Presets { get; }

    public string Type => _http.Type;

    /// <summary>The number of functions that have connections of their own open.</summary>
    public int OwnConnections => _connections.OwnCount;

    public JsonElement Validate(JsonElement settings, SettingErrors errors) => _http.Validate(settings, errors);

    public JsonElement Mask(JsonElement settings) => _http.Mask(settings);

    public JsonElement Unmask(JsonElement settings, JsonElement stored, ICollection<string> errors) => _http.Unmask(settings, stored, errors);

    public ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken) =>
        _http.InvokeAsync(function, invocation, cancellationToken);

    public IRawEndpoint EndpointOf(Function function) => _http.EndpointOf(function);

    public bool IsSigned(Function function) => _http.IsSigned(function);

    public KeyRotation? Rotate(JsonElement settings, KeyRotationRequest request, DateTimeOffset now, ICollection<string> errors) =>
        _http.Rotate(settings, request, now, errors);

    public bool DifferOnlyInKeys(JsonElement before, JsonElement now) => _http.DifferOnlyInKeys(before, now);

    public void Dispose() => _connections.Dispose();
}
