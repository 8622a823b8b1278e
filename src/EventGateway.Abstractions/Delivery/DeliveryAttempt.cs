using EventGateway.Abstractions.Functions;

namespace EventGateway.Abstractions.Delivery;

/// <summary>One call of a function with an event.</summary>
/// <param name="Time">When it began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Status">The provider's status, an HTTP status for <c>http</c>. Null when there was no answer.</param>
/// <param name="Error">Why it failed, with the beginning of the function's answer. Null when it succeeded.</param>
public sealed record DeliveryAttempt(DateTimeOffset Time, TimeSpan Duration, FunctionOutcome Outcome, int? Status, string? Error);
