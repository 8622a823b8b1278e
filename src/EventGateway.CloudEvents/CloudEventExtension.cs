namespace EventGateway.CloudEvents;

/// <summary>An extension attribute (CloudEvents 1.0, "Extension Context Attributes").</summary>
/// <param name="Name">The name.</param>
/// <param name="Json">The value as JSON in UTF-8: in 1.0 a string, an integer or a boolean, in 0.1 any value.</param>
public readonly record struct CloudEventExtension(string Name, ReadOnlyMemory<byte> Json);
