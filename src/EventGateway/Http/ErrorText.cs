namespace EventGateway.Http;

/// <summary>One thing that is wrong.</summary>
/// <param name="Message">What is wrong, for a person.</param>
public sealed record ErrorText(string Message);
