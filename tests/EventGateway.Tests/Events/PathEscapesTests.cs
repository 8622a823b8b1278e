using EventGateway.Events;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public class PathEscapesTests
{
    [Theory]
    [InlineData("/", true)]
    [InlineData("/%41%2f", true)]
    [InlineData("/%zz", false)]
    [InlineData("/%4", false)]
    [InlineData("/%", false)]
    [InlineData("/a%20b%", false)]
    public void Knows_escapes_from_percent_signs(string path, bool wellEscaped) =>
        PathEscapes.AreValid(path).ShouldBe(wellEscaped);
}
