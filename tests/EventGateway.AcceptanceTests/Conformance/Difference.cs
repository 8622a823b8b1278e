namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>One difference from the recorded behaviour.</summary>
/// <param name="Where">What differs: <c>status</c>, <c>body</c>, <c>deliveries</c> or a header's name.</param>
/// <param name="Text">The recorded and the received value.</param>
internal sealed record Difference(string Where, string Text);
