using Amazon.Runtime;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Secrets;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>What all AWS providers share: connections, the clock and the credentials of the gateway's surroundings.</summary>
internal sealed class AwsConnections : IDisposable
{
    private readonly HttpMessageHandler _handler;
    private readonly HttpClient _client;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="timeProvider">The clock of signatures.</param>
    /// <param name="options">How services are called. Not set: the defaults.</param>
    /// <param name="ambient">The credentials of functions that have none of their own. Not set: those of the gateway's surroundings.</param>
    public AwsConnections(TimeProvider timeProvider, AwsOptions? options = null, AmbientCredentials? ambient = null)
    {
        Options = options ?? new AwsOptions();
        TimeProvider = timeProvider;
        Ambient = ambient ?? new AmbientCredentials(timeProvider);
        _handler = Options.CreateHandler();
        Http = new HttpMessageInvoker(_handler, disposeHandler: false);
        _client = new HttpClient(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        ClientFactory = new SharedClientFactory(_client);
    }

    /// <summary>How services are called.</summary>
    public AwsOptions Options { get; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>The credentials of functions that have none of their own.</summary>
    public AmbientCredentials Ambient { get; }

    /// <summary>Sends requests.</summary>
    public HttpMessageInvoker Http { get; }

    /// <summary>Gives the SDK's own clients the same connections.</summary>
    public SharedClientFactory ClientFactory { get; }

    /// <summary>The failure that an exception of a call stands for: no credentials, no connection, or an answer that makes no sense.</summary>
    public FunctionResult Describe(string service, Exception exception) => exception switch
    {
        _ when CallRefusedException.Find(exception) is { } refusal => refusal.ToResult(),
        NoCredentialsException => new FunctionResult(FunctionOutcome.Retryable)
        {
            // The sources of credentials may be away for a moment; with them goes the reason, line by line.
            Error = $"No AWS credentials: {UrlCredentials.Mask(exception.Message.ReplaceLineEndings(" "))}",
        },
        AmazonClientException => AwsErrors.Unintelligible(service),
        OperationCanceledException => new FunctionResult(FunctionOutcome.Retryable)
        {
            Error = $"{service} could not be reached: no connection could be made within {Options.ConnectTimeout.TotalSeconds} s.",
        },
        _ => new FunctionResult(FunctionOutcome.Retryable)
        {
            Error = $"{service} could not be reached: {Reason(exception)}",
        },
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        Http.Dispose();
        _client.Dispose();
        _handler.Dispose();
    }

    private static string Reason(Exception exception) => UrlCredentials.Mask(
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError }
            ? exception.Message
            : (exception.InnerException ?? exception).Message);
}
