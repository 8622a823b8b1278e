namespace EventGateway.Options;

/// <summary>The text of an option that is set.</summary>
/// <param name="Text">The text.</param>
/// <param name="Source">The place that sets it, as errors name it: <c>--events-port</c> or <c>EVENT_GATEWAY_EVENTS_PORT</c>.</param>
internal sealed record OptionText(string Text, string Source);
