namespace EventGateway.Abstractions.Resources;

/// <summary>What the sender of an event gets of the answer of a sync subscription's function.</summary>
public enum ResponseMode
{
    /// <summary>The response that the answer describes: <c>{"statusCode": …, "headers": …, "body": …}</c>.</summary>
    Described,

    /// <summary>The answer's status, headers and body as they are.</summary>
    Raw,
}
