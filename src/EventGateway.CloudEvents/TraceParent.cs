using System.Diagnostics;
using System.Globalization;

namespace EventGateway.CloudEvents;

/// <summary>Reads <c>traceparent</c> (Trace Context level 2, sections 3.2 and 3.2.4).</summary>
internal static class TraceParent
{
    /// <summary>Of level 2: the trace-id was made at random (section 3.2.2.3.2).</summary>
    public const ActivityTraceFlags RandomTraceId = (ActivityTraceFlags)2;

    private const int VersionLength = 2;
    private const int TraceIdStart = 3;
    private const int TraceIdLength = 32;
    private const int SpanIdStart = TraceIdStart + TraceIdLength + 1;
    private const int SpanIdLength = 16;
    private const int FlagsStart = SpanIdStart + SpanIdLength + 1;
    private const int Length = FlagsStart + 2;

    /// <summary>The flags that this level defines. All others are not passed on.</summary>
    private const ActivityTraceFlags Known = ActivityTraceFlags.Recorded | RandomTraceId;

    /// <summary>Reads a text. Later versions are read as far as this one goes (section 3.2.4).</summary>
    /// <param name="text">The text. White space around it is ignored.</param>
    /// <param name="state">The <c>tracestate</c> that belongs to it.</param>
    /// <param name="span">The sender's span.</param>
    public static bool TryParse(ReadOnlySpan<char> text, string? state, out ActivityContext span)
    {
        span = default;
        text = text.Trim(" \t");
        if (text.Length < Length
            || text[VersionLength] != '-' || text[SpanIdStart - 1] != '-' || text[FlagsStart - 1] != '-'
            || !IsHex(text[..VersionLength]) || text[..VersionLength] is "ff"
            || !(text.Length == Length || (text[Length] == '-' && text[..VersionLength] is not "00")))
        {
            return false;
        }

        var traceId = text.Slice(TraceIdStart, TraceIdLength);
        var spanId = text.Slice(SpanIdStart, SpanIdLength);
        var flags = text[FlagsStart..Length];
        if (!IsId(traceId) || !IsId(spanId) || !IsHex(flags))
        {
            return false;
        }

        var known = (ActivityTraceFlags)byte.Parse(flags, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) & Known;
        span = new ActivityContext(ActivityTraceId.CreateFromString(traceId), ActivitySpanId.CreateFromString(spanId), known, state, isRemote: true);
        return true;
    }

    private static bool IsId(ReadOnlySpan<char> text) => IsHex(text) && text.ContainsAnyExcept('0');

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiHexDigitLower(character))
            {
                return false;
            }
        }

        return true;
    }
}
