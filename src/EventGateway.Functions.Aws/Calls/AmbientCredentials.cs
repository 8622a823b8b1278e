using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using EventGateway.Abstractions.Secrets;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>
/// The credentials of the gateway's surroundings: environment, web identity, profile, container, instance metadata, in the
/// SDK's order. The SDK caches them, renews them before they expire and watches files for changes; what is added is that
/// it is asked by one caller at a time, and that a source that has nothing to give, or fails, is left alone for a while.
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

    /// <summary>Asks for nothing yet.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="find">Finds the source. Not set: the SDK does.</param>
    public AmbientCredentials(TimeProvider timeProvider, Func<Task<AWSCredentials>>? find = null)
    {
        _timeProvider = timeProvider;
        var config = new SigningConfig("us-east-1", "sts");
        _find = find ?? (() => DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(config));
    }

    /// <summary>Gives the credentials as they are now.</summary>
    /// <exception cref="NoCredentialsException">There are none, or their source failed.</exception>
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
                // Some of the sources read files before they first let go of the thread.
                _answer = Task.Run(AskAsync);
            }

            return _answer;
        }
    }

    /// <summary>What <see cref="GetCredentialsAsync"/> gave last: the SDK's clients ask in a blocking way, right after it was called.</summary>
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
            // Sources fail in ways of all kinds: HTTP, JSON, files, processes, another service.
            throw new NoCredentialsException(exception.Message, exception);
        }
    }
}
