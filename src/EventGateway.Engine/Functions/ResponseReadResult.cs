namespace EventGateway.Engine.Functions;

/// <summary>The response that a function's answer describes, or the reason why it describes none.</summary>
internal readonly record struct ResponseReadResult
{
    /// <summary>The response. Null when the answer is malformed.</summary>
    public ResponseObject? Response { get; private init; }

    /// <summary>What is wrong: the field, and what is accepted. Null when the answer describes a response.</summary>
    public string? Problem { get; private init; }

    /// <summary>Returns a response.</summary>
    public static ResponseReadResult Of(ResponseObject response) => new() { Response = response };

    /// <summary>Returns what is wrong with an answer.</summary>
    public static ResponseReadResult Malformed(string problem) => new() { Problem = problem };
}
