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
        BodyComparer.Compare(recorded, actual).ShouldBeNull();

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
        BodyComparer.Compare(recorded, actual).ShouldNotBeNull();
}
