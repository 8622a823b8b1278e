using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>Paths are matched segment by segment. Escapes are decoded, and dots and empty segments are not normalized.</summary>
public sealed class PathTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private static readonly FunctionAnswer Ok = FunctionAnswer.Of("""{"statusCode":200,"body":"ok"}""");

    [Theory]
    [InlineData("/x", "x")]
    [InlineData("/a%20b", "a b")]
    [InlineData("/a%2Fb", "a/b")]
    [InlineData("/%C3%A9", "é")]
    [InlineData("/%2e%2e", "..")]
    [InlineData("/a+b", "a+b")]
    [InlineData("/a%25b", "a%b")]
    public async Task A_parameter_matches_one_segment_and_is_decoded(string end, string value)
    {
        var path = $"/{running.NewName()}";
        var function = await running.SubscribeAsync(Ok, path + "/:id");

        var response = await running.Events.SendAsync(new RawRequest("POST", path + end));

        response.Status.ShouldBe(200, response.ToString());
        CallOf(function).Json["data"]!["params"]!["id"]!.GetValue<string>().ShouldBe(value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("//x")]
    [InlineData("/x/")]
    [InlineData("/x//")]
    [InlineData("/x/y")]
    [InlineData("/./x/y")]
    public async Task A_parameter_matches_exactly_one_segment(string end)
    {
        var path = $"/{running.NewName()}";
        await running.SubscribeAsync(Ok, path + "/:id");

        (await running.Events.SendAsync(new RawRequest("POST", path + end))).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("/", "{0}")]
    [InlineData("/", "{0}/..{0}/a")]
    [InlineData("", "/x/..{0}/a")]
    [InlineData("", "{0}//a")]
    [InlineData("", "{0}/./a")]
    [InlineData("", "{0}%2Fa")]
    [InlineData("", "{0}/a/")]
    [InlineData("", "{0}/A")]
    public async Task A_static_path_matches_no_other_spelling(string before, string form)
    {
        var path = $"/{running.NewName()}";
        await running.SubscribeAsync(Ok, path + "/a");

        (await running.Events.SendAsync(new RawRequest("POST", before + string.Format(form, path)))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task An_escaped_letter_equals_the_letter()
    {
        var path = $"/{running.NewName()}";
        await running.SubscribeAsync(Ok, path + "/a");

        (await running.Events.SendAsync(new RawRequest("POST", path + "/%61"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_wildcard_matches_the_rest_without_normalization()
    {
        var path = $"/{running.NewName()}";
        var function = await running.SubscribeAsync(Ok, path + "/*rest");

        var response = await running.Events.SendAsync(new RawRequest("POST", path + "/a//b/../c%2Fd"));

        response.Status.ShouldBe(200, response.ToString());
        CallOf(function).Json["data"]!["params"]!["rest"]!.GetValue<string>().ShouldContain("a//b/../c");
    }

    private FunctionCall CallOf(string function) => running.Functions.Calls().ShouldHaveSingleItemOf(function);
}

/// <summary>Finds the calls of a function.</summary>
internal static class CallsOf
{
    /// <summary>Returns the call of a function. Fails unless there is exactly one.</summary>
    public static FunctionCall ShouldHaveSingleItemOf(this IReadOnlyList<FunctionCall> calls, string function) =>
        calls.Where(c => c.Path == function).ShouldHaveSingleItem();
}
