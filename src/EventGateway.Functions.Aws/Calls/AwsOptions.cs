using EventGateway.Abstractions.Connections;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>Options of the calls of AWS services.</summary>
public sealed record AwsOptions : ConnectionOptions
{
    /// <summary>Whether a Lambda function may have an ARN of any form, as in 0.9. Default: false, a malformed ARN is refused.</summary>
    public bool AnyArn { get; init; }
}
