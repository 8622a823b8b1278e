using System.Globalization;
using System.Text;
using CsCheck;
using EventGateway.Observability;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Observability;

public class LogTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("Grüße, 世界 😀", "Grüße, 世界 😀")]
    [InlineData("a\r\nb\tc", "a\\r\\nb\\tc")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("a\u0085b\u2028c\u2029d", "a\\u0085b\\u2028c\\u2029d")]
    [InlineData("\u202egnp.exe\u2066", "\\u202egnp.exe\\u2066")]
    [InlineData("\ufeff\u200b\u00ad", "\\ufeff\\u200b\\u00ad")]
    [InlineData("tag \U000e0041", "tag \\udb40\\udc41")]
    [InlineData("\u007f\u009b", "\\u007f\\u009b")]
    public void Escapes_what_a_terminal_or_a_reader_could_take_for_more_than_text(string text, string expected) =>
        LogText.Escape(text).ShouldBe(expected);

    [Fact]
    public void Escapes_surrogates_without_a_partner() => LogText.Escape("a\ud83d b\ude00").ShouldBe("a\\ud83d b\\ude00");

    [Fact]
    public void Lets_no_character_through_that_is_no_text() =>
        Gen.String.Sample(text => LogText.Escape(text).EnumerateRunes().All(rune => Rune.GetUnicodeCategory(rune) is not (
            UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate)));
}
