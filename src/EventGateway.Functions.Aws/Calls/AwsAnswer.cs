using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>What came of a request: the service's answer, or why there is none that can be used.</summary>
internal sealed class AwsAnswer : IDisposable
{
    /// <summary>Why the call failed, ready to be returned. Not set: the service did what it was asked for.</summary>
    public FunctionResult? Failure { get; init; }

    /// <summary>The body of the answer, which <see cref="Owner"/> owns. Null: it failed.</summary>
    public PooledBuffer? Body { get; init; }

    /// <summary>Owns the body and what was taken for it of the memory for answers. Null: it failed.</summary>
    public IDisposable? Owner { get; init; }

    /// <summary>The header <c>X-Amz-Function-Error</c>: how a Lambda function failed. Not set: it did not.</summary>
    public string? FunctionError { get; init; }

    /// <summary>The credentials that the request was signed with. Not set: it was not sent.</summary>
    public AwsKeys? Keys { get; init; }

    /// <summary>Gives the body's memory back.</summary>
    public void Dispose() => Owner?.Dispose();
}
