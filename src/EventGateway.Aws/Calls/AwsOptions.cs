using EventGateway.Core.Functions;

namespace EventGateway.Aws.Calls;

/// <summary>How AWS services are called.</summary>
public sealed record AwsOptions : ConnectionOptions;
