using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EventGateway.Core.Buffers;
using EventGateway.Core.CloudEvents;
using EventGateway.Core.Registry;

namespace EventGateway.Core.Functions;

/// <summary>Calls functions over HTTP: type <c>http</c>, settings <c>{"url": …}</c>.</summary>
public sealed class HttpFunctionProvider : IHttpFunctionProvider, IDisposable
{
    private const string Accepted = "an absolute http or https URL, such as https://example.com/function";

    // How much of an answer that nobody wants is read, so that its connection can serve another call.
    private const int MostPassedOver = 64 * 1024;

    private readonly HttpFunctionOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly HttpMessageInvoker _client;
    private readonly ConditionalWeakTable<Function, HttpTarget> _targets = [];

    /// <summary>Creates the provider, with connections of its own.</summary>
    /// <param name="timeProvider">The clock that dates in <c>Retry-After</c> are compared with.</param>
    /// <param name="options">How functions are called. Not set: the defaults.</param>
    public HttpFunctionProvider(TimeProvider timeProvider, HttpFunctionOptions? options = null)
    {
        _timeProvider = timeProvider;
        _options = options ?? new HttpFunctionOptions();
        var connections = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            ConnectTimeout = _options.ConnectTimeout,
            PooledConnectionLifetime = _options.ConnectionLifetime,
            PooledConnectionIdleTimeout = _options.IdleConnectionTimeout,
            EnableMultipleHttp2Connections = true,
            // An answer that is given up is too large or too slow: a new connection is cheaper than its rest.
            MaxResponseDrainSize = 0,
            SslOptions = { CertificateChainPolicy = _options.CertificatePolicy },
        };
        _client = new HttpMessageInvoker(connections, disposeHandler: true);
    }

    /// <inheritdoc/>
    public string Type => "http";

    /// <inheritdoc/>
    public JsonElement Validate(JsonElement settings, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var url = ProviderSettings.ReadRequired(settings, "url", Accepted, errors);
        if (url is null)
        {
            return default;
        }

        if (HttpTarget.TryParse(url) is null)
        {
            errors.Add($"provider.url must be {Accepted}");
            return default;
        }

        return ProviderSettings.Create("url", url);
    }

    /// <inheritdoc/>
    public JsonElement Mask(JsonElement settings)
    {
        var url = Url(settings);
        return UrlSecret.Find(url).IsEmpty ? settings : ProviderSettings.Create("url", UrlSecret.Replace(url, Secret.Mask));
    }

    /// <inheritdoc/>
    public JsonElement Unmask(JsonElement settings, JsonElement stored, ICollection<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        var url = Url(settings);
        if (!UrlSecret.Find(url).SequenceEqual(Secret.Mask))
        {
            return settings;
        }

        var storedUrl = stored.ValueKind is JsonValueKind.Object ? Url(stored) : null;

        // A secret goes nowhere but to the server that it was meant for: whoever may change a URL cannot read it that way.
        if (storedUrl is null || UrlSecret.Find(storedUrl).IsEmpty || !UrlSecret.HaveOneServer(url, storedUrl))
        {
            errors.Add($"provider.url holds {Secret.Mask} in place of a user and password, and none are stored for this server");
            return default;
        }

        return ProviderSettings.Create("url", UrlSecret.Replace(url, UrlSecret.Find(storedUrl)));
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (FindBadHeader(invocation.Payload) is { } header)
        {
            return new FunctionResult(FunctionOutcome.Permanent)
            {
                Error = $"The event can't be sent: the value of its header {header} has characters other than printable ASCII.",
            };
        }

        using var request = CreateRequest(function, invocation.Payload);
        try
        {
            using var response = await _client.SendAsync(request, cancellationToken);
            return invocation.WantsOutcomeOnly ? await ReadBeginningAsync(response, cancellationToken) : await ReadAsync(response, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // The transport may report the end of a cancelled call as a broken connection.
            cancellationToken.ThrowIfCancellationRequested();
            return new FunctionResult(FunctionOutcome.Retryable) { Error = $"The call failed: {Describe(exception)}" };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The transport's own limit, the only one that it has, ends as a cancellation that nobody asked for.
            return new FunctionResult(FunctionOutcome.Retryable)
            {
                Error = $"The call failed: no connection could be made within {_options.ConnectTimeout.TotalSeconds} s.",
            };
        }
    }

    /// <inheritdoc/>
    public HttpEndpoint EndpointOf(Function function)
    {
        ArgumentNullException.ThrowIfNull(function);
        var target = TargetOf(function);
        return new HttpEndpoint(target.Uri, target.Version, _client, target.Authorization);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();

    // Of failures other than those to connect, which name the address, only the inner exception says more than that they were.
    private static string Describe(Exception exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
            ? exception.Message
            : (exception.InnerException ?? exception).Message;

    // Headers are sent as they are, so that a line break in a value would begin another header.
    private static string? FindBadHeader(EventPayload payload)
    {
        if (payload.ContentType is { } contentType && !AttributeRules.IsHeaderText(contentType))
        {
            return "Content-Type";
        }

        if (payload.Headers is { } headers)
        {
            for (var i = 0; i < headers.Count; i++)
            {
                if (!AttributeRules.IsHeaderText(headers[i].Value))
                {
                    return headers[i].Key;
                }
            }
        }

        return null;
    }

    private HttpRequestMessage CreateRequest(Function function, EventPayload payload)
    {
        var target = TargetOf(function);
        var content = new ReadOnlyMemoryContent(payload.Body);
        if (payload.ContentType is { } contentType)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, target.Uri)
        {
            Version = target.Version,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("User-Agent", "event-gateway");
        if (target.Authorization is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        if (payload.Headers is { } headers)
        {
            for (var i = 0; i < headers.Count; i++)
            {
                request.Headers.TryAddWithoutValidation(headers[i].Key, headers[i].Value);
            }
        }

        return request;
    }

    private HttpTarget TargetOf(Function function) =>
        _targets.TryGetValue(function, out var target) ? target : _targets.GetValue(function, static function => Parse(function));

    private static string Url(JsonElement settings) => settings.GetProperty("url"u8).GetString() ?? string.Empty;

    private static HttpTarget Parse(Function function) =>
        HttpTarget.TryParse(Url(function.Provider))
        ?? throw new InvalidOperationException($"Function \"{function.FunctionId}\" has a URL that was never validated.");

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FunctionResult> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var length = response.Content.Headers.ContentLength;
        if (length > _options.MaxResponseBytes)
        {
            return TooLarge(response, status);
        }

        if (length == 0)
        {
            return Answer(response, status, default, null);
        }

        var body = new PooledBuffer((int)(length ?? 1024));
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                var read = await stream.ReadAsync(body.GetMemory(), cancellationToken);
                body.Advance(read);
                if (body.WrittenCount > _options.MaxResponseBytes)
                {
                    body.Dispose();
                    return TooLarge(response, status);
                }

                if (read == 0 || body.WrittenCount == length)
                {
                    return Answer(response, status, body.WrittenMemory, body);
                }
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    // Whatever the body, and whatever becomes of it: the status says how the call ended.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<FunctionResult> ReadBeginningAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var succeeded = HttpOutcome.Classify(status) is FunctionOutcome.Success;
        var length = response.Content.Headers.ContentLength;
        if (length == 0 || (succeeded && length > MostPassedOver))
        {
            return Answer(response, status, default, null);
        }

        var body = new PooledBuffer(Invocation.BeginningBytes * 4);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            var (total, read) = (0, -1);
            while (read != 0 && total != length && total < MostPassedOver)
            {
                read = await stream.ReadAsync(body.GetMemory(), cancellationToken);
                total += read;
                body.Advance(Math.Min(read, Math.Max(0, Invocation.BeginningBytes - body.WrittenCount)));
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException || (succeeded && exception is OperationCanceledException))
        {
            // What was read is enough.
        }
        catch
        {
            body.Dispose();
            throw;
        }

        if (!succeeded)
        {
            return Answer(response, status, body.WrittenMemory, body);
        }

        body.Dispose();
        return Answer(response, status, default, null);
    }

    private FunctionResult Answer(HttpResponseMessage response, int status, ReadOnlyMemory<byte> body, IDisposable? owner)
    {
        var outcome = HttpOutcome.Classify(status);
        return new FunctionResult(outcome, body, owner)
        {
            Status = status,
            Response = response,
            Error = outcome == FunctionOutcome.Success ? null : $"The function answered with status {status}.",
            RetryAfter = HttpOutcome.ReadRetryAfter(response, _timeProvider),
        };
    }

    private FunctionResult TooLarge(HttpResponseMessage response, int status)
    {
        // Of a function that failed anyway, the status says whether that may pass.
        var outcome = HttpOutcome.Classify(status);
        return new FunctionResult(outcome is FunctionOutcome.Success ? FunctionOutcome.Permanent : outcome)
        {
            Error = $"The function answered with status {status} and a body of more than {_options.MaxResponseBytes} bytes.",
            RetryAfter = HttpOutcome.ReadRetryAfter(response, _timeProvider),
        };
    }
}
