using Amazon.Runtime;
using Amazon.Runtime.Credentials;

namespace EventGateway.Aws.Calls;

/// <summary>
/// The credentials of the gateway's surroundings: environment, web identity, profile, container, instance metadata, in the
/// SDK's order. The SDK caches them and renews them before they expire; what is added is that a source that has nothing to
/// give is not asked by every call.
/// </summary>
internal sealed class AmbientCredentials(TimeProvider timeProvider)
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<AWSCredentials>? _source;
    private DateTimeOffset _begun;

    /// <summary>Gives the credentials as they are now.</summary>
    /// <exception cref="AmazonClientException">There are none, or their source failed.</exception>
    public async ValueTask<AwsKeys> GetAsync(CancellationToken cancellationToken)
    {
        var source = await FindSource().WaitAsync(cancellationToken);
        var keys = await source.GetCredentialsAsync().WaitAsync(cancellationToken);
        return new AwsKeys(keys.AccessKey, keys.SecretKey, keys.UseToken ? keys.Token : null);
    }

    /// <summary>The source of the credentials, for clients that renew them themselves.</summary>
    public Task<AWSCredentials> FindSource()
    {
        lock (_lock)
        {
            var now = timeProvider.GetUtcNow();
            if (_source is null || ((_source.IsFaulted || _source.IsCanceled) && now - _begun >= AskAgain))
            {
                _begun = now;
                _source = Task.Run(static () => DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync(new SigningConfig("us-east-1", "sts")));
            }

            return _source;
        }
    }
}
