using System.Xml;
using CsCheck;
using EventGateway.Options;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Options;

public sealed class OptionDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("30", 30_000)]
    [InlineData("500ms", 500)]
    [InlineData("30s", 30_000)]
    [InlineData("15m", 900_000)]
    [InlineData("24h", 86_400_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("PT24H", 86_400_000)]
    [InlineData("P7D", 604_800_000)]
    [InlineData("PT0.5S", 500)]
    public void Reads_seconds_units_and_ISO_8601(string text, long milliseconds)
    {
        OptionDuration.TryParse(text, out var duration).ShouldBeTrue();

        duration.ShouldBe(TimeSpan.FromMilliseconds(milliseconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" 30")]
    [InlineData("30 s")]
    [InlineData("+30")]
    [InlineData("-30s")]
    [InlineData("1.5h")]
    [InlineData("30S")]
    [InlineData("s")]
    [InlineData("1h30")]
    [InlineData("1e3")]
    [InlineData("P")]
    [InlineData("PT24H\n")]
    [InlineData("24:00:00")]
    [InlineData("99999999999d")]
    public void Refuses_other_texts(string text) => OptionDuration.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Reads_what_it_writes() => Gen.Long[0, 10_000_000_000].Sample(milliseconds =>
    {
        var duration = TimeSpan.FromMilliseconds(milliseconds);
        OptionDuration.TryParse(OptionDuration.Format(duration), out var read).ShouldBeTrue();
        read.ShouldBe(duration);
        OptionDuration.TryParse(XmlConvert.ToString(duration), out read).ShouldBeTrue();
        read.ShouldBe(duration);
    });

    [Fact]
    public void Never_throws() => Gen.String[Gen.Char["0123456789mshdPTHMSD.-+ "], 0, 30].Sample(text =>
    {
        _ = OptionDuration.TryParse(text, out _);
    });
}
