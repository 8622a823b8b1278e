namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>One way in which an answer is not the recorded one.</summary>
/// <param name="Where">What differs: <c>status</c>, <c>body</c>, <c>deliveries</c> or a header's name.</param>
/// <param name="Text">What was recorded and what came.</param>
internal sealed record Difference(string Where, string Text);
