using CsCheck;
using EventGateway.Options;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Options;

public sealed class OptionSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1048576", 1_048_576)]
    [InlineData("1MiB", 1_048_576)]
    [InlineData("1mib", 1_048_576)]
    [InlineData("512KiB", 524_288)]
    [InlineData("1GB", 1_000_000_000)]
    [InlineData("5kB", 5_000)]
    [InlineData("10B", 10)]
    public void Reads_bytes_and_units(string text, long bytes)
    {
        OptionSize.TryParse(text, out var read).ShouldBeTrue();

        read.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("1M")]
    [InlineData("1 MiB")]
    [InlineData("1.5MiB")]
    [InlineData("-1")]
    [InlineData("1MiB2")]
    [InlineData("9223372036854775807KiB")]
    public void Refuses_other_texts(string text) => OptionSize.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Reads_what_it_writes() => Gen.Select(Gen.Long[0, 2000], Gen.Int[0, 40]).Sample((number, shift) =>
    {
        OptionSize.TryParse(OptionSize.Format(number << shift), out var read).ShouldBeTrue();
        read.ShouldBe(number << shift);
    });
}
