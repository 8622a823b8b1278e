using System.Text.Json;
using Shouldly;

namespace EventGateway.AcceptanceTests.Conformance;

public sealed class JsonComparerTests
{
    [Theory]
    [InlineData("""{"a":1,"b":2}""", """{"b":2,"a":1}""")]
    [InlineData("""{"a":null}""", "{}")]
    [InlineData("{}", """{"a":null}""")]
    [InlineData("""{"a":12345678901234567000,"b":1e3}""", """{"a":12345678901234567890,"b":1000.0}""")]
    [InlineData("""{"id":"<uuid>"}""", """{"id":"8e1d0a51-05c1-4cc4-a5b4-09ae7c2b0c9c"}""")]
    [InlineData("""{"t":"<time>"}""", """{"t":"2018-02-03T04:05:06.123456789Z"}""")]
    public void Equivalent_values_do_not_differ(string recorded, string actual) =>
        Compare(recorded, actual).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"a":1}""", """{"a":"1"}""", """$.a: recorded 1, received "1" """)]
    [InlineData("""{"a":{"b":1}}""", """{"a":{}}""", "$.a.b: recorded 1, received nothing")]
    [InlineData("{}", """{"a":false}""", "$.a: recorded nothing, received false")]
    [InlineData("[1,2]", "[2,1]", "$[0]: recorded 1, received 2")]
    [InlineData("[null]", "[]", "$: recorded 1 elements, received 0: []")]
    [InlineData("""{"A":1}""", """{"a":1}""", "$.A: recorded 1, received nothing")]
    [InlineData("""{"source":"https://serverless.com/event-gateway/#transformationVersion=0.1"}""", """{"source":"/other"}""", """$.source: recorded "https://serverless.com/event-gateway/#transformationVersion=0.1", received "/other" """)]
    [InlineData("""{"id":"<uuid>"}""", """{"id":"x"}""", """$.id: recorded "<uuid>", received "x" """)]
    [InlineData("""{"t":"<time>"}""", """{"t":"yesterday"}""", """$.t: recorded "<time>", received "yesterday" """)]
    [InlineData("""{"source":"/mysource"}""", """{"source":"/other"}""", """$.source: recorded "/mysource", received "/other" """)]
    [InlineData("true", "false", "$: recorded true, received false")]
    public void Other_values_are_named_with_their_place(string recorded, string actual, string first) =>
        Compare(recorded, actual)[0].ToString().ShouldBe(first.TrimEnd());

    private static IReadOnlyList<Difference> Compare(string recorded, string actual) =>
        JsonComparer.Compare("$", JsonElement.Parse(recorded), JsonElement.Parse(actual));
}
