using Amazon.Runtime;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>There are no ambient credentials, or their source failed.</summary>
/// <param name="message">What the source says.</param>
/// <param name="innerException">The failure of the source. Not set: there was none.</param>
internal sealed class NoCredentialsException(string message, Exception? innerException = null) : AmazonClientException(message, innerException);
