using CsCheck;
using EventGateway.Abstractions.Settings;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Settings;

public class NearestNameTests
{
    private static readonly string[] Fields =
        ["type", "eventType", "functionId", "path", "method", "cors", "delivery", "requestMode", "responseMode", "reply", "enabled", "metadata"];

    [Theory]
    [InlineData("enbaled", "enabled")]
    [InlineData("ENABLE", "enabled")]
    [InlineData("functionID", "functionId")]
    [InlineData("function-id", "functionId")]
    [InlineData("function", "functionId")]
    [InlineData("tpye", "type")]
    [InlineData("event_type", "eventType")]
    [InlineData("event", "eventType")]
    [InlineData("deliverySettings", "delivery")]
    [InlineData("metdata", "metadata")]
    [InlineData("enabledFlag", "enabled")]
    [InlineData("replies", "reply")]
    [InlineData("id", null)]
    [InlineData("", null)]
    [InlineData("x", null)]
    [InlineData("colour", null)]
    public void Finds_the_name_that_was_meant(string name, string? meant) => NearestName.Find(name, Fields).ShouldBe(meant);

    [Fact]
    public void Finds_every_name_with_one_letter_wrong() =>
        Gen.Select(Gen.Int[0, Fields.Length - 1], Gen.Int[0, 2], Gen.Int[0, 100], Gen.Char['a', 'z']).Sample((field, change, place, letter) =>
        {
            var name = Fields[field];
            var at = place % name.Length;
            var typed = change switch
            {
                0 => name.Remove(at, 1),
                1 => name.Insert(at, $"{letter}"),
                _ => name.Remove(at, 1).Insert(at, $"{letter}"),
            };
            NearestName.Find(typed, [name]).ShouldBe(name);
        });

    [Fact]
    public void Prefers_the_name_with_the_fewest_changes() =>
        NearestName.Find("maxDelai", ["maxAge", "backoffDelay", "maxDelay"]).ShouldBe("maxDelay");

    [Theory]
    [InlineData("enbaled", new[] { "enabled", "path" }, "Unknown field \"enbaled\". Did you mean \"enabled\"?")]
    [InlineData("x", new[] { "name", "path", "type" }, "Unknown field \"x\". name, path and type are accepted.")]
    [InlineData("x", new[] { "keys" }, "Unknown field \"x\". keys is accepted.")]
    [InlineData("x", new string[0], "Unknown field \"x\". No field is accepted here.")]
    public void Words_the_error(string name, string[] known, string text) => NearestName.Describe("field", name, known).ShouldBe(text);

    [Fact]
    public void Cuts_a_long_name_in_the_error() =>
        NearestName.Describe("field", new string('y', 1_000_000), ["name"]).ShouldBe($"Unknown field \"{new string('y', 100)}…\". name is accepted.");
}
