namespace EventGateway.AcceptanceTests.Harness;

/// <summary>The answer of a function.</summary>
internal sealed record FunctionAnswer
{
    /// <summary>The status. Default: 200.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The header lines, without <c>Content-Length</c>.</summary>
    public IReadOnlyList<HttpField> Headers { get; init; } = [];

    /// <summary>The body. Default: empty.</summary>
    public string Body { get; init; } = "";

    /// <summary>A binary body. Null means that <see cref="Body"/> is sent.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>The time before the answer. Default: 0.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Whether the connection is closed instead of answering.</summary>
    public bool Close { get; init; }

    /// <summary>The function answers when this task completes. Null means at once.</summary>
    public Task? Until { get; init; }

    /// <summary>Writes bytes instead of an HTTP response. The connection closes afterwards.</summary>
    public Func<Stream, CancellationToken, Task>? Raw { get; init; }

    /// <summary>Returns an answer with this body.</summary>
    public static FunctionAnswer Of(string body) => new() { Body = body };
}
