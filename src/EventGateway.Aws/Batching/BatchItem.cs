using EventGateway.Core.Functions;

namespace EventGateway.Aws.Batching;

/// <summary>What became of one record of a batch.</summary>
/// <param name="Failure">Why it failed. Not set: the service has it.</param>
/// <param name="Receipt">The id that the service gave it. Not set: it failed.</param>
internal readonly record struct BatchItem(FunctionResult? Failure, string? Receipt);
