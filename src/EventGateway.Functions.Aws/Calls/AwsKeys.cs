using EventGateway.Abstractions.Secrets;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>Credentials. A class that prints nothing of itself, so that no secret gets into a log.</summary>
/// <param name="accessKeyId">The id of the access key.</param>
/// <param name="secretAccessKey">The access key.</param>
/// <param name="sessionToken">The token of temporary credentials. Not set: they are not temporary.</param>
internal sealed class AwsKeys(string accessKeyId, string secretAccessKey, string? sessionToken)
{
    /// <summary>The id of the access key.</summary>
    public string AccessKeyId { get; } = accessKeyId;

    /// <summary>The access key.</summary>
    public string SecretAccessKey { get; } = secretAccessKey;

    /// <summary>The token of temporary credentials. Not set: they are not temporary.</summary>
    public string? SessionToken { get; } = sessionToken;

    /// <summary>Hides the secrets in what a service says of a request: of a wrong signature it repeats all that was signed.</summary>
    /// <param name="text">What it says. Not set: nothing.</param>
    public string? HideIn(string? text) =>
        text is null ? null : Redaction.Of([SecretAccessKey, SessionToken ?? string.Empty])?.Apply(text) ?? text;
}
