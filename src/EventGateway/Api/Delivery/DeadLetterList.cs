namespace EventGateway.Api.Delivery;

/// <summary>A list of dead letters.</summary>
/// <param name="DeadLetters">The dead letters, those that were given up last first.</param>
/// <param name="Cursor">Where the next page begins. Not set: there is none.</param>
public sealed record DeadLetterList(IReadOnlyList<DeadLetterDocument> DeadLetters, string? Cursor = null);
