using System.Globalization;
using System.Text;
using CsCheck;
using EventGateway.Serving.Refusals;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Serving.Refusals;

public sealed class ContentLengthEncodingTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("007", 7)]
    [InlineData("999999999999999999", 999_999_999_999_999_999)]
    [InlineData("", ContentLengthEncoding.Malformed)]
    [InlineData("+3", ContentLengthEncoding.Malformed)]
    [InlineData("-3", ContentLengthEncoding.Malformed)]
    [InlineData("3,3", ContentLengthEncoding.Malformed)]
    [InlineData("3 3", ContentLengthEncoding.Malformed)]
    [InlineData("\u00b2", ContentLengthEncoding.Malformed)]
    [InlineData("9999999999999999999", ContentLengthEncoding.Malformed)]
    public void Reads_digits_only(string value, long length) => Read(Encoding.Latin1.GetBytes(value)).ShouldBe(length);

    [Fact]
    public void Always_gives_Kestrel_a_number() => Gen.Byte.Array[0, 100].Sample(static bytes => Read(bytes).ShouldBeGreaterThanOrEqualTo(0));

    // As Kestrel does, which has room for 20 characters.
    private static long Read(byte[] bytes)
    {
        Span<char> chars = stackalloc char[20];
        var length = new ContentLengthEncoding().GetChars(bytes, chars);
        return long.Parse(chars[..length], NumberStyles.Integer, CultureInfo.InvariantCulture);
    }
}
