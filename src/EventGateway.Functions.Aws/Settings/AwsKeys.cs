using EventGateway.Abstractions.Secrets;

namespace EventGateway.Functions.Aws.Settings;

/// <summary>Credentials.</summary>
/// <param name="AccessKeyId">The id of the access key, which is not a secret.</param>
/// <param name="SecretAccessKey">The access key.</param>
/// <param name="SessionToken">The token of temporary credentials. Null for others.</param>
internal sealed record AwsKeys(string AccessKeyId, Secret SecretAccessKey, Secret? SessionToken)
{
    /// <summary>Masks the secrets in an answer: a service that refuses a signature repeats everything that was signed.</summary>
    /// <param name="text">The answer. Null when there is none.</param>
    public string? HideIn(string? text) =>
        text is null ? null : Redaction.Of([SecretAccessKey.Reveal(), SessionToken?.Reveal() ?? string.Empty])?.Apply(text) ?? text;
}
