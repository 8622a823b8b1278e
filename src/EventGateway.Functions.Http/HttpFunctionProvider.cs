using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Functions.Http.Calls;
using EventGateway.Functions.Http.Connections;
using EventGateway.Functions.Http.Presets;
using EventGateway.Functions.Http.Signing;

namespace EventGateway.Functions.Http;

/// <summary>Calls functions over HTTP: type <c>http</c>, settings <c>{"url": …}</c> and how the gateway shows who it is.</summary>
public sealed class HttpFunctionProvider : IRawFunctionProvider, IDisposable
{
    private readonly HttpConnections _connections;
    private readonly HttpTypeProvider _http;

    /// <summary>Creates the provider, with connections of its own.</summary>
    /// <param name="timeProvider">The clock of tokens and signatures, and that dates in <c>Retry-After</c> are compared with.</param>
    /// <param name="options">How functions are called. Not set: the defaults.</param>
    /// <param name="ed25519">Signs with ed25519. Not set: keys of that kind are refused.</param>
    public HttpFunctionProvider(TimeProvider timeProvider, HttpFunctionOptions? options = null, IEd25519? ed25519 = null)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        options ??= new HttpFunctionOptions();
        _connections = new HttpConnections(timeProvider, options);
        var caller = new HttpCaller(options, timeProvider);
        var targets = new HttpTargets(_connections, ed25519, timeProvider);
        _http = Create(new PlainHttp());
        Presets = [Create(CloudFunction.Azure), Create(CloudFunction.Google), Create(new OpenWhisk())];

        HttpTypeProvider Create(IHttpType type) => new(type, caller, targets, ed25519);
    }

    /// <summary>The types that are this one with other settings, over the same connections.</summary>
    public IReadOnlyList<IFunctionProvider> Presets { get; }

    /// <inheritdoc/>
    public string Type => _http.Type;

    /// <summary>How many functions have connections of their own open.</summary>
    internal int OwnConnections => _connections.OwnCount;

    /// <inheritdoc/>
    public JsonElement Validate(JsonElement settings, ICollection<string> errors) => _http.Validate(settings, errors);

    /// <inheritdoc/>
    public JsonElement Mask(JsonElement settings) => _http.Mask(settings);

    /// <inheritdoc/>
    public JsonElement Unmask(JsonElement settings, JsonElement stored, ICollection<string> errors) => _http.Unmask(settings, stored, errors);

    /// <inheritdoc/>
    public ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken) =>
        _http.InvokeAsync(function, invocation, cancellationToken);

    /// <inheritdoc/>
    public IRawEndpoint EndpointOf(Function function) => _http.EndpointOf(function);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _connections.Dispose();
}
