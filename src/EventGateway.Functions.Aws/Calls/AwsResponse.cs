using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>The answer of a service, or the failure of the call.</summary>
internal sealed class AwsResponse : IDisposable
{
    /// <summary>The result of a call that failed. Null when it succeeded.</summary>
    public FunctionResult? Failure { get; init; }

    /// <summary>The body of the answer, which <see cref="Owner"/> owns. Null when the call failed.</summary>
    public PooledBuffer? Body { get; init; }

    /// <summary>Owns the body and its share of the memory for answers. Null when the call failed.</summary>
    public IDisposable? Owner { get; init; }

    /// <summary>The header <c>X-Amz-Function-Error</c>: how a Lambda function failed. Null when it did not fail.</summary>
    public string? FunctionError { get; init; }

    /// <summary>The credentials that the request was signed with. Null when the call failed.</summary>
    public AwsKeys? Keys { get; init; }

    /// <summary>Releases the body's memory.</summary>
    public void Dispose() => Owner?.Dispose();
}
