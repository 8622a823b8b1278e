namespace EventGateway.Api.Delivery;

/// <summary>A list of dead letters.</summary>
/// <param name="DeadLetters">The dead letters, the latest first.</param>
/// <param name="Cursor">The cursor of the next page. Null on the last page.</param>
internal sealed record DeadLetterList(IReadOnlyList<DeadLetterDocument> DeadLetters, string? Cursor = null);
