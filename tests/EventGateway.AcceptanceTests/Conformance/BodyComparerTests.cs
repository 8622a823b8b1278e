using Shouldly;

namespace EventGateway.AcceptanceTests.Conformance;

public sealed class BodyComparerTests
{
    [Theory]
    [InlineData("ok", "ok")]
    [InlineData("{\"a\":1}\n", "{ \"a\": 1 }")]
    [InlineData("""{"functions":[{"functionId":"a"},{"functionId":"b"}]}""", """{"functions":[{"functionId":"b"},{"functionId":"a"}]}""")]
    [InlineData("""{"errors":[{"message":"EOF"}]}""", """{"errors":[{"message":"The body is empty."},{"message":"x"}]}""")]
    [InlineData(
        """{"errors":[{"message":"Function doesn't validate. Validation error: EOF"}]}""",
        """{"errors":[{"message":"Function doesn't validate. Validation error: the body is empty"}]}""")]
    [InlineData("""{"errors":[{"message":"Function \"a\" not found."}]}""", """{"errors":[{"message":"Function \"a\" not found."}]}""")]
    [InlineData(
        """{"errors":[{"message":"Event Type \"b\" not found."}]}""",
        """{"errors":[{"message":"Event Type \"b\" not found."},{"message":"Function \"a\" not found."}]}""")]
    public void Equivalent_bodies_do_not_differ(string recorded, string actual) =>
        BodyComparer.Compare(recorded, actual).ShouldBeEmpty();

    [Theory]
    [InlineData("ok", "")]
    [InlineData("{}", "ok")]
    [InlineData("""{"functions":[{"functionId":"a"}]}""", """{"functions":[]}""")]
    [InlineData("""{"functions":[]}""", """{"functions":[{"functionId":"a"}]}""")]
    [InlineData("""{"functions":[]}""", """{"functions":[],"more":1}""")]
    [InlineData("""{"errors":[{"message":"EOF"}]}""", """{"message":"EOF"}""")]
    [InlineData("""{"errors":[{"message":"EOF"}]}""", """{"errors":[]}""")]
    [InlineData("""{"errors":[{"message":"Function \"a\" not found."}]}""", """{"errors":[{"message":"No function a."}]}""")]
    [InlineData(
        """{"errors":[{"message":"Function doesn't validate. Validation error: EOF"}]}""",
        """{"errors":[{"message":"Function doesn't validate. Validation error: a"},{"message":"and b"}]}""")]
    public void Other_bodies_differ(string recorded, string actual) =>
        BodyComparer.Compare(recorded, actual).ShouldNotBeEmpty();

    [Fact]
    public void The_body_of_a_function_keeps_its_bytes() =>
        BodyComparer.Compare("""{"a":1}""", """{ "a": 1 }""", isExact: true).ShouldNotBeEmpty();

    [Fact]
    public void Names_the_places_that_differ() =>
        BodyComparer.Compare(
            """{"functions":[{"functionId":"f","a":1},{"functionId":"g","b":{"c":1}},{"functionId":"h"}]}""",
            """{"functions":[{"functionId":"g","b":{"c":2}},{"functionId":"f","a":1}]}""")
            .ShouldBe([new Difference("body.b.c", "1", "2"), new Difference("body.missing", """{"functionId":"h"}""", "h")]);
}
