using EventGateway.Abstractions.Connections;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>How AWS services are called.</summary>
public sealed record AwsOptions : ConnectionOptions;
