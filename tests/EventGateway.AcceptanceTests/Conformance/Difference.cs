using System.Text.RegularExpressions;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>One difference from the recorded behaviour.</summary>
/// <param name="Where">
/// What differs: <c>status</c>, a header's name, a place in the body such as <c>body.space</c>, or a place in the deliveries such as
/// <c>deliveries.data.params</c>.
/// </param>
/// <param name="Recorded">What 0.9 did.</param>
/// <param name="Received">What this gateway did. <see cref="Errors"/> for an errors body, whose messages are not compared.</param>
internal sealed partial record Difference(string Where, string Recorded, string Received)
{
    /// <summary>Stands for an errors body.</summary>
    public const string Errors = "<errors>";

    /// <summary>The received value without ids, times and ports that each run has anew.</summary>
    public string Masked => Port().Replace(Time().Replace(Uuid().Replace(Received, "<uuid>"), "<time>"), "127.0.0.1:4999");

    /// <inheritdoc/>
    public override string ToString() => $"{Where}: recorded {Recorded}, received {Received}";

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Uuid();

    [GeneratedRegex(@"2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Time();

    [GeneratedRegex(@"127\.0\.0\.1:\d+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Port();
}
