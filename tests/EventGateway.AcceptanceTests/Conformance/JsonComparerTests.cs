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
    [InlineData("""{"source":"https://serverless.com/event-gateway/#transformationVersion=0.1"}""", """{"source":"urn:any"}""")]
    public void Values_that_mean_the_same_do_not_differ(string recorded, string actual) =>
        Compare(recorded, actual).ShouldBeEmpty();

    [Theory]
    [InlineData("""{"a":1}""", """{"a":"1"}""", """$.a: recorded 1, came "1" """)]
    [InlineData("""{"a":{"b":1}}""", """{"a":{}}""", "$.a.b: recorded 1, came nothing")]
    [InlineData("{}", """{"a":false}""", "$.a: nothing recorded, came false")]
    [InlineData("[1,2]", "[2,1]", "$[0]: recorded 1, came 2")]
    [InlineData("[null]", "[]", "$: recorded 1 elements, came 0: []")]
    [InlineData("""{"A":1}""", """{"a":1}""", "$.A: recorded 1, came nothing")]
    [InlineData("""{"id":"<uuid>"}""", """{"id":"x"}""", """$.id: recorded "<uuid>", came "x" """)]
    [InlineData("""{"t":"<time>"}""", """{"t":"yesterday"}""", """$.t: recorded "<time>", came "yesterday" """)]
    [InlineData("""{"source":"/mysource"}""", """{"source":"/other"}""", """$.source: recorded "/mysource", came "/other" """)]
    [InlineData("true", "false", "$: recorded true, came false")]
    public void Other_values_are_told_with_their_place(string recorded, string actual, string first) =>
        Compare(recorded, actual)[0].ShouldBe(first.TrimEnd());

    private static IReadOnlyList<string> Compare(string recorded, string actual) =>
        JsonComparer.Compare(JsonElement.Parse(recorded), JsonElement.Parse(actual));
}
