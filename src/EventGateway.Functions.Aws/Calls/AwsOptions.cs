using EventGateway.Abstractions.Connections;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>Options of the calls of AWS services.</summary>
public sealed record AwsOptions : ConnectionOptions;
