using System.Diagnostics;
using EventGateway.CloudEvents;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents;

/// <summary>The sections are those of W3C Trace Context, level 2.</summary>
public class TraceParentTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Span = "00f067aa0ba902b7";

    [Theory]
    // 3.2.2: version 00.
    [InlineData($"00-{Trace}-{Span}-00", 0)]
    [InlineData($"00-{Trace}-{Span}-01", 1)]
    // 3.2.2.3.2: the random flag.
    [InlineData($"00-{Trace}-{Span}-02", 2)]
    [InlineData($"00-{Trace}-{Span}-03", 3)]
    // 3.2.2.3.3: other flags are set to zero.
    [InlineData($"00-{Trace}-{Span}-ff", 3)]
    [InlineData($"00-{Trace}-{Span}-08", 0)]
    // 3.2.4: later versions, also with more fields.
    [InlineData($"01-{Trace}-{Span}-01", 1)]
    [InlineData($"cc-{Trace}-{Span}-01", 1)]
    [InlineData($"fe-{Trace}-{Span}-02", 2)]
    [InlineData($"cc-{Trace}-{Span}-01-what-the-future-brings", 1)]
    [InlineData($"cc-{Trace}-{Span}-01-", 1)]
    // RFC 9110, section 5.5: white space around a header is not part of it.
    [InlineData($" \t00-{Trace}-{Span}-01\t ", 1)]
    public void Reads_a_parent(string text, int flags)
    {
        TraceParent.TryParse(text, "a=1", out var span).ShouldBeTrue();

        (span.TraceId.ToHexString(), span.SpanId.ToHexString(), (int)span.TraceFlags, span.TraceState, span.IsRemote).ShouldBe((Trace, Span, flags, "a=1", true));
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    // 3.2.2.1: the version.
    [InlineData($"ff-{Trace}-{Span}-01")]
    [InlineData($"CC-{Trace}-{Span}-01")]
    [InlineData($".0-{Trace}-{Span}-01")]
    [InlineData($"0.-{Trace}-{Span}-01")]
    [InlineData($"0-{Trace}-{Span}-01")]
    [InlineData($"000-{Trace}-{Span}-01")]
    [InlineData($"0000-{Trace}-{Span}-01")]
    // 3.2.2.2: the trace-id.
    [InlineData($"00-00000000000000000000000000000000-{Span}-01")]
    [InlineData($"00-4BF92F3577B34DA6A3CE929D0E0E4736-{Span}-01")]
    [InlineData($"00-.bf92f3577b34da6a3ce929d0e0e4736-{Span}-01")]
    [InlineData($"00-{Trace}1-{Span}-01")]
    [InlineData($"00-4bf92f3577b34da6a3ce929d0e0e473-{Span}-01")]
    // 3.2.2.3: the parent-id.
    [InlineData($"00-{Trace}-0000000000000000-01")]
    [InlineData($"00-{Trace}-00F067AA0BA902B7-01")]
    [InlineData($"00-{Trace}-00f067aa0ba902b.-01")]
    [InlineData($"00-{Trace}-{Span}1-01")]
    [InlineData($"00-{Trace}-00f067aa0ba902b-01")]
    // 3.2.2.3: the flags.
    [InlineData($"00-{Trace}-{Span}-.0")]
    [InlineData($"00-{Trace}-{Span}-0A")]
    [InlineData($"00-{Trace}-{Span}-1")]
    [InlineData($"00-{Trace}-{Span}-001")]
    [InlineData($"00-{Trace}-{Span}-01.")]
    [InlineData($"00-{Trace}-{Span}-01-more")]
    // 3.2.4: what follows the flags of a later version begins with a dash.
    [InlineData($"cc-{Trace}-{Span}-01.more")]
    [InlineData($"cc-{Trace}-{Span}-1-more")]
    // 3.2: there is one header.
    [InlineData($"00-{Trace}-{Span}-01,00-{Trace}-{Span}-01")]
    [InlineData($"cc-{Trace}-{Span}-01,cc-{Trace}-{Span}-01")]
    [InlineData($"00_{Trace}_{Span}_01")]
    public void Refuses_everything_else(string text)
    {
        TraceParent.TryParse(text, "a=1", out var span).ShouldBeFalse();

        span.ShouldBe(default(ActivityContext));
    }
}
