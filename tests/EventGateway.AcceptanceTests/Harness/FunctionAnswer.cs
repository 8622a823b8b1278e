namespace EventGateway.AcceptanceTests.Harness;

/// <summary>What a function answers at one path.</summary>
internal sealed record FunctionAnswer
{
    /// <summary>The status. Default: 200.</summary>
    public int Status { get; init; } = 200;

    /// <summary>The header lines beside the body's length.</summary>
    public IReadOnlyList<HttpField> Headers { get; init; } = [];

    /// <summary>The body. Default: none.</summary>
    public string Body { get; init; } = "";

    /// <summary>The body where it is no text. Not set: <see cref="Body"/>.</summary>
    public byte[]? Bytes { get; init; }

    /// <summary>How long the function takes. Default: no time.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Whether the connection is closed instead of answering.</summary>
    public bool Close { get; init; }

    /// <summary>The test says when the function answers. Not set: at once.</summary>
    public Task? Until { get; init; }

    /// <summary>Writes whatever the test wants in place of an HTTP response; the connection closes afterwards.</summary>
    public Func<Stream, CancellationToken, Task>? Raw { get; init; }

    /// <summary>An answer with this body.</summary>
    public static FunctionAnswer Of(string body) => new() { Body = body };
}
