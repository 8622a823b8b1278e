namespace EventGateway.Benchmarks.Report;

/// <summary>One line of the report.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Measured">What came out, with its unit.</param>
/// <param name="Peer">What it is compared with, and what came out there; empty when it stands for itself.</param>
/// <param name="Ratio">The ratio to the peer, or the figure itself, as a number that the aim is about.</param>
/// <param name="Aim">The least or most that is aimed at, in words.</param>
/// <param name="Reached">Whether the aim is reached.</param>
internal sealed record Figure(string Name, string Measured, string Peer, string Ratio, string Aim, bool Reached);
