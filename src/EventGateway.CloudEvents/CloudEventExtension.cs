namespace EventGateway.CloudEvents;

/// <summary>An extension attribute of an event.</summary>
/// <param name="Name">Its name, as the event's version spells it.</param>
/// <param name="Json">Its value as one JSON value in UTF-8: a string, number or boolean in 1.0, anything in 0.1.</param>
public readonly record struct CloudEventExtension(string Name, ReadOnlyMemory<byte> Json);
