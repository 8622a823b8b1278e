namespace EventGateway.Api.Delivery;

/// <summary>The replays of a space.</summary>
/// <param name="Replays">The replays, the latest first.</param>
internal sealed record ReplayList(IReadOnlyList<ReplayDocument> Replays);
