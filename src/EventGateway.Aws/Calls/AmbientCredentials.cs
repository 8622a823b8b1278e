using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace EventGateway.Aws.Calls;

/// <summary>
/// The credentials of the gateway's surroundings: environment, web identity, profile, container, instance metadata, in the
/// SDK's order. The SDK caches them and renews them before they expire; what is added is that a source that has nothing to
/// give is not asked by every call.
/// </summary>
internal sealed class AmbientCredentials(TimeProvider timeProvider) : AWSCredentials
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<AWSCredentials>? _source;
    private DateTimeOffset _begun;
    private volatile ImmutableCredentials? _last;

    /// <summary>Gives the credentials as they are now.</summary>
    /// <exception cref="AmazonClientException">There are none, or their source failed.</exception>
    public async ValueTask<AwsKeys> GetAsync(CancellationToken cancellationToken)
    {
        var keys = await GetCredentialsAsync().WaitAsync(cancellationToken);
        return new AwsKeys(keys.AccessKey, keys.SecretKey, keys.UseToken ? keys.Token : null);
    }

    /// <inheritdoc/>
    public override async Task<ImmutableCredentials> GetCredentialsAsync()
    {
        var source = await FindSource();
        return _last = await source.GetCredentialsAsync();
    }

    /// <summary>What <see cref="GetCredentialsAsync"/> gave last: the SDK's clients ask in a blocking way, right after it was called.</summary>
    public override ImmutableCredentials GetCredentials() => _last ?? throw new AmazonClientException("The credentials have not been asked for yet.");

    private Task<AWSCredentials> FindSource()
    {
        lock (_lock)
        {
            var now = timeProvider.GetUtcNow();
            if (_source is null || ((_source.IsFaulted || _source.IsCanceled) && now - _begun >= AskAgain))
            {
                _begun = now;
                // Some of the sources read files before they first let go of the thread.
                _source = Task.Run(static () => DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(new SigningConfig("us-east-1", "sts")));
            }

            return _source;
        }
    }
}
