namespace EventGateway.Http;

/// <summary>One error.</summary>
/// <param name="Message">What is wrong, in words for people.</param>
internal sealed record ErrorText(string Message);
