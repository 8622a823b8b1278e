namespace EventGateway.Engine.Delivery;

/// <summary>The deliveries that a lane has leased.</summary>
/// <param name="Count">How many.</param>
/// <param name="Limits">The current limits of the subscription.</param>
/// <param name="MayHaveMore">Whether more deliveries may be due now.</param>
internal readonly record struct LaneLease(int Count, LaneLimits Limits, bool MayHaveMore);
