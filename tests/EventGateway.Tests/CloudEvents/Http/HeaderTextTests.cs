using System.Text;
using System.Text.Unicode;
using CsCheck;
using EventGateway.CloudEvents.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents.Http;

public sealed class HeaderTextTests
{
    private static readonly Gen<string> Texts = Gen.OneOf(Gen.Char[' ', '~'], Gen.Char['\u0080', '\u00ff'], Gen.Char['\u0100', '\u2fff'])
        .Array[0, 20].Select(static characters => new string(characters));

    [Theory]
    [InlineData("", "")]
    [InlineData("Rene", "Rene")]
    [InlineData("Ren\u00c3\u00a9", "Ren\u00e9")]
    [InlineData("Ren\u00e9", "Ren\u00e9")]
    [InlineData("Ren\u00c3\u00a9 Ren\u00e9", "Ren\u00c3\u00a9 Ren\u00e9")]
    [InlineData("\u00ed\u00a0\u0080", "\u00ed\u00a0\u0080")]
    [InlineData("\u20ac \u00c3\u00a9", "\u20ac \u00c3\u00a9")]
    public void Reads_UTF_8_and_otherwise_Latin_1(string value, string text) => HeaderText.Read(value).ShouldBe(text);

    [Fact]
    public void Reads_bytes_as_a_decoder_would() => Gen.Byte.Array[0, 1000].Sample(static bytes =>
        HeaderText.Read(Encoding.Latin1.GetString(bytes)).ShouldBe((Utf8.IsValid(bytes) ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes)));

    [Fact]
    public void Reads_what_it_has_written() => Texts.Sample(static text =>
    {
        var value = HeaderText.Write(text);

        Encoding.Latin1.GetBytes(value).ShouldBe(Encoding.UTF8.GetBytes(text));
        HeaderText.Read(value).ShouldBe(text);
    });

    [Fact]
    public void Does_not_copy_ASCII()
    {
        const string value = "text/plain";

        HeaderText.Read(value).ShouldBeSameAs(value);
        HeaderText.Write(value).ShouldBeSameAs(value);
    }
}
