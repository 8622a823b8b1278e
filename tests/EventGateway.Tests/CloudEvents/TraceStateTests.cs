using CsCheck;
using EventGateway.CloudEvents;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents;

/// <summary>The sections are those of W3C Trace Context, level 2.</summary>
public class TraceStateTests
{
    private static readonly string Z256 = new('z', 256);
    private static readonly string T241 = new('t', 241);

    public static TheoryData<string, string> Valid => new()
    {
        // 3.3.1: a list of members.
        { "foo=1", "foo=1" },
        { "foo=1,bar=2", "foo=1,bar=2" },
        // 3.3.1: spaces and tabs around members, empty members.
        { " foo=1", "foo=1" },
        { "\tfoo=1\t", "foo=1" },
        { "foo=1 \t , \t bar=2, \t baz=3", "foo=1,bar=2,baz=3" },
        { ",foo=1,,bar=2, ,\t,", "foo=1,bar=2" },
        { "foo=1,", "foo=1" },
        // 3.3.1.3.1: keys.
        { "abcdefghijklmnopqrstuvwxyz0123456789_-*/=1", "abcdefghijklmnopqrstuvwxyz0123456789_-*/=1" },
        { "a-z0-9_-*/@a-z0-9_-*/=1", "a-z0-9_-*/@a-z0-9_-*/=1" },
        { "1foo=1", "1foo=1" },
        { "1a@b=1", "1a@b=1" },
        { Z256 + "=1", Z256 + "=1" },
        { T241 + "@vvvvvvvvvvvvvv=1", T241 + "@vvvvvvvvvvvvvv=1" },
        { "foo=1,fo=2,fooo=3", "foo=1,fo=2,fooo=3" },
        // 3.3.1.3.2: values. Leading spaces belong to them.
        { "foo= 1  2", "foo= 1  2" },
        { "foo=!\"#$%&'()*+-./0123456789:;<>?@AZ[\\]^_`az{|}~", "foo=!\"#$%&'()*+-./0123456789:;<>?@AZ[\\]^_`az{|}~" },
        { "foo=" + Z256, "foo=" + Z256 },
        // 3.3.1: 32 members.
        { Members(32), Members(32) },
    };

    public static TheoryData<string> Dropped =>
    [
        "",
        " \t",
        ",, ,",
        "foo",
        "=1",
        "foo=",
        "foo=,bar=3",
        "foo=bar=baz",
        "foo =1",
        "FOO=1",
        "foo.bar=1",
        "_foo=1",
        "foo@=1,bar=2",
        "@foo=1,bar=2",
        "foo@@bar=1,bar=2",
        "foo@bar@baz=1,bar=2",
        "foo@1bar=1",
        "foo=1,foo=1",
        "foo=1,foo=2",
        "foo=1,bar=1,\tfoo=2",
        "foo=a\tb",
        "foo=é",
        "foo=a\u0001",
        Z256 + "z=1",
        T241 + "t@v=1",
        "t@vvvvvvvvvvvvvvv=1",
        "foo=" + Z256 + "z",
        Members(33),
        string.Join(',', Enumerable.Range(0, 32).Select(i => $"k{i}={Z256}")),
    ];

    [Theory]
    [MemberData(nameof(Valid))]
    public void Keeps_valid_members_in_their_order(string text, string expected) => TraceState.Normalize(text).ShouldBe(expected);

    [Theory]
    [MemberData(nameof(Dropped))]
    public void Drops_a_list_that_breaks_a_rule(string text) => TraceState.Normalize(text).ShouldBeNull();

    [Fact]
    public void Without_the_header_there_is_no_list() => TraceState.Normalize(null).ShouldBeNull();

    [Fact]
    public void A_list_without_white_space_is_not_copied()
    {
        var text = Members(5);

        TraceState.Normalize(text).ShouldBeSameAs(text);
    }

    [Fact]
    public void White_space_and_empty_members_change_nothing() => Gen
        .Select(Gen.Int[0, 3].Select(i => new[] { "", " ", "\t", " \t" }[i]), Gen.Int[0, 6], Gen.Int[1, 8])
        .Array[1, 8]
        .Sample(parts =>
        {
            var text = string.Concat(parts.Select((part, i) => $"{part.Item1}{new string(',', part.Item2)}{part.Item1}k{i}={part.Item3}{part.Item1},"));
            return TraceState.Normalize(text) == string.Join(',', parts.Select((part, i) => $"k{i}={part.Item3}"));
        });

    private static string Members(int count) => string.Join(',', Enumerable.Range(1, count).Select(i => $"bar{i:00}={i:00}"));
}
