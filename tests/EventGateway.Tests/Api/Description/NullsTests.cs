using System.Text.Json.Nodes;
using EventGateway.Api.Description;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Description;

public sealed class NullsTests
{
    [Theory]
    [InlineData("""{"type":["string","null"]}""", """{"type":"string"}""")]
    [InlineData("""{"type":["null","string","integer"]}""", """{"type":["string","integer"]}""")]
    [InlineData("""{"type":["string","null"],"enum":["a",null]}""", """{"type":"string","enum":["a"]}""")]
    [InlineData("""{"description":"d","oneOf":[{"type":"null"},{"$ref":"#/x"}]}""", """{"description":"d","$ref":"#/x"}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":["string","null"]},"b":{}},"required":["a","b"]}""", """{"type":"object","properties":{"a":{"type":"string"},"b":{}},"required":["b"]}""")]
    [InlineData("""{"type":["array","null"],"items":{"type":["string","null"]}}""", """{"type":"array","items":{"type":"string"}}""")]
    public void Are_removed(string schema, string without)
    {
        var removed = JsonNode.Parse(schema)!;

        Nulls.Remove(removed);

        removed.ToJsonString().ShouldBe(without);
    }

    [Theory]
    [InlineData("""{"type":"string"}""", """{"type":["string","null"]}""")]
    [InlineData("""{"type":"string","enum":["a"]}""", """{"type":["string","null"],"enum":["a",null]}""")]
    [InlineData("""{"anyOf":[{"type":"string"}]}""", """{"anyOf":[{"type":"string"},{"type":"null"}]}""")]
    [InlineData("""{"description":"d","$ref":"#/x"}""", """{"description":"d","anyOf":[{"$ref":"#/x"},{"type":"null"}]}""")]
    [InlineData("""{"description":"d"}""", """{"description":"d"}""")]
    public void Are_added(string schema, string nullable)
    {
        Nulls.Accepts(JsonNode.Parse(nullable)).ShouldBe(nullable.Contains("null", StringComparison.Ordinal));
        Nulls.Add(JsonNode.Parse(schema)!.AsObject()).ToJsonString().ShouldBe(nullable);
    }
}
