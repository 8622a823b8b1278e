using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using EventGateway.Abstractions.Secrets;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>
/// The credentials of the gateway's environment: variables, web identity, profile, container, instance metadata, in the SDK's order.
/// The SDK caches them, renews them before they expire and watches files for changes. This class asks the SDK for one caller at a
/// time, and waits before it asks a source again that failed.
/// </summary>
internal sealed class AmbientCredentials : AWSCredentials
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskAgainAfterFailure = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _timeProvider;
    private readonly Func<Task<AWSCredentials>> _find;
    private readonly Lock _lock = new();
    private Task<ImmutableCredentials>? _answer;
    private long _askedAt;
    private volatile ImmutableCredentials? _last;

    /// <summary>Creates the credentials, which are read with the first call.</summary>
    /// <param name="find">Finds the source. Null means that the SDK does.</param>
    public AmbientCredentials(TimeProvider timeProvider, Func<Task<AWSCredentials>>? find = null)
    {
        _timeProvider = timeProvider;
        var config = new SigningConfig("us-east-1", "sts");
        _find = find ?? (() => DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(config));
    }

    /// <summary>Returns the current credentials.</summary>
    /// <exception cref="NoCredentialsException">The environment has no credentials, or their source failed.</exception>
    public async ValueTask<AwsKeys> GetAsync(CancellationToken cancellationToken)
    {
        var keys = await GetCredentialsAsync().WaitAsync(cancellationToken);
        return new AwsKeys(keys.AccessKey, new Secret(keys.SecretKey), keys.UseToken ? new Secret(keys.Token) : null);
    }

    /// <inheritdoc/>
    public override Task<ImmutableCredentials> GetCredentialsAsync()
    {
        lock (_lock)
        {
            if (_answer is null || (_answer.IsCompleted && _timeProvider.GetElapsedTime(_askedAt) >= (_answer.IsFaulted ? AskAgainAfterFailure : AskAgain)))
            {
                _askedAt = _timeProvider.GetTimestamp();
                // Some sources read files before they first yield the thread.
                _answer = Task.Run(AskAsync);
            }

            return _answer;
        }
    }

    /// <summary>Returns the last result of <see cref="GetCredentialsAsync"/>. The SDK's clients call this blocking method right after it.</summary>
    public override ImmutableCredentials GetCredentials() => _last ?? throw new NoCredentialsException("The credentials have not been asked for yet.");

    private async Task<ImmutableCredentials> AskAsync()
    {
        try
        {
            var source = await _find();
            return _last = await source.GetCredentialsAsync();
        }
        catch (Exception exception)
        {
            // A source may fail in many ways: HTTP, JSON, files, processes, another service.
            throw new NoCredentialsException(exception.Message, exception);
        }
    }
}
