using Amazon.Runtime;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>The environment has no credentials, or their source failed.</summary>
/// <param name="message">The message of the source.</param>
/// <param name="innerException">The failure of the source. Null when it did not fail.</param>
internal sealed class NoCredentialsException(string message, Exception? innerException = null) : AmazonClientException(message, innerException);
