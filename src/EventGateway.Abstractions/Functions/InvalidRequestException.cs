namespace EventGateway.Abstractions.Functions;

/// <summary>A request was not sent because HTTP does not allow its target or one of its headers.</summary>
/// <param name="message">What is not allowed. Safe to show to the sender: it holds no value.</param>
public sealed class InvalidRequestException(string message) : HttpRequestException(message);
