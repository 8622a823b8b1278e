using Amazon.Runtime;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Secrets;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>The connections, the clock and the environment's credentials, which all AWS providers share.</summary>
internal sealed class AwsConnections : IDisposable
{
    private readonly HttpMessageHandler _handler;
    private readonly HttpClient _client;

    /// <summary>Creates the connections, which open with the first call.</summary>
    /// <param name="timeProvider">The clock of signatures.</param>
    /// <param name="options">The options of the calls. Null means the defaults.</param>
    /// <param name="ambient">The credentials of functions that have none of their own. Null means those of the gateway's environment.</param>
    public AwsConnections(TimeProvider timeProvider, AwsOptions? options = null, AmbientCredentials? ambient = null)
    {
        Options = options ?? new AwsOptions();
        TimeProvider = timeProvider;
        Ambient = ambient ?? new AmbientCredentials(timeProvider);
        _handler = Options.CreateHandler();
        Http = new HttpMessageInvoker(_handler, disposeHandler: false);
        _client = new HttpClient(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        // The SDK's clients decode nothing.
        _client.DefaultRequestHeaders.TryAddWithoutValidation(AnswerCodings.AcceptEncoding, "identity");
        ClientFactory = new SharedClientFactory(_client);
    }

    /// <summary>The options of the calls.</summary>
    public AwsOptions Options { get; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>The credentials of functions that have none of their own.</summary>
    public AmbientCredentials Ambient { get; }

    /// <summary>Sends requests.</summary>
    public HttpMessageInvoker Http { get; }

    /// <summary>Gives the same connections to the SDK's clients.</summary>
    public SharedClientFactory ClientFactory { get; }

    /// <summary>Returns the result of a call that ended with an exception: no credentials, no connection, or an answer that cannot be understood.</summary>
    public FunctionResult Describe(string service, Exception exception) => exception switch
    {
        _ when CallRefusedException.Find(exception) is { } refusal => refusal.ToResult(),
        NoCredentialsException => new FunctionResult(FunctionOutcome.Retryable)
        {
            // The source of the credentials may be down for a moment. Its message may have several lines.
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
