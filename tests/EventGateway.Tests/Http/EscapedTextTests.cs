using System.Text;
using System.Text.Encodings.Web;
using CsCheck;
using EventGateway.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Http;

/// <summary>How much larger texts become as JSON strings.</summary>
public sealed class EscapedTextTests
{
    [Theory]
    [InlineData("plain text", 0)]
    [InlineData("\0\0", 16)]
    [InlineData("two\nlines", 8)]
    [InlineData("\U0001F600", 8)]
    [InlineData("\u007f", 8)]
    public void Escapes_are_bounded(string text, int most) => EscapedText.MaxAddedBytes(Encoding.UTF8.GetBytes(text)).ShouldBe(most);

    [Fact]
    public void Counts_more_than_a_lane_holds()
    {
        EscapedText.MaxAddedBytes(new byte[100_003]).ShouldBe(8 * 100_003);
    }

    [Fact]
    public void The_bound_and_four_times_the_text_hold_what_is_written()
    {
        Gen.String[0, 300].Sample(text =>
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            var written = Encoding.UTF8.GetByteCount(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(Encoding.UTF8.GetString(bytes)));
            (EscapedText.MaxAddedBytes(bytes) + (4 * bytes.Length)).ShouldBeGreaterThanOrEqualTo(written);
        });
    }
}
