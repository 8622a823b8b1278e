using System.Globalization;
using System.Text;

namespace EventGateway.Serving.Refusals;

/// <summary>
/// Reads the value of <c>Content-Length</c> for Kestrel, which would accept <c>+3</c> and would close an HTTP/2 connection that sends
/// <c>x</c>. What is not 1 to 18 digits (RFC 9110, section 8.6) is read as <see cref="Malformed"/>, so that <see cref="FramingCheck"/>
/// refuses the one request.
/// </summary>
internal sealed class ContentLengthEncoding : Encoding
{
    /// <summary>The length that stands for a malformed one.</summary>
    public const long Malformed = long.MaxValue;

    private const int MaxDigits = 18;

    private static readonly string MalformedText = Malformed.ToString(CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
    {
        if (bytes.Length is 0 or > MaxDigits || bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            MalformedText.CopyTo(chars);
            return MalformedText.Length;
        }

        return Latin1.GetChars(bytes, chars);
    }

    /// <inheritdoc/>
    public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
        GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

    /// <inheritdoc/>
    public override int GetCharCount(byte[] bytes, int index, int count) => GetMaxCharCount(count);

    /// <inheritdoc/>
    public override int GetMaxCharCount(int byteCount) => MalformedText.Length;

    /// <inheritdoc/>
    public override int GetByteCount(char[] chars, int index, int count) => count;

    /// <inheritdoc/>
    public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
        Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

    /// <inheritdoc/>
    public override int GetMaxByteCount(int charCount) => charCount;
}
