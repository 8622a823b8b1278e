namespace EventGateway.Benchmarks.Report;

/// <summary>One line of the report.</summary>
/// <param name="Name">The figure's name.</param>
/// <param name="Measured">The measured value with its unit.</param>
/// <param name="Peer">The peer's name and measured value. Empty when the figure is compared with nothing.</param>
/// <param name="Ratio">The number to compare with the target: the ratio to the peer, or the measured value.</param>
/// <param name="Target">The target in words, such as <c>0.9 or more</c>.</param>
/// <param name="Reached">Whether the target is reached.</param>
internal sealed record Figure(string Name, string Measured, string Peer, string Ratio, string Target, bool Reached);
