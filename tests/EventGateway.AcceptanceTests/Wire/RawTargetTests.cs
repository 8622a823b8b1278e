using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>The gateway checks and encodes the target of a raw request before it forwards it.</summary>
public sealed class RawTargetTests(WireGateway wire) : IClassFixture<WireGateway>
{
    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(120)]
    [InlineData(200)]
    [InlineData(260)]
    [InlineData(600)]
    public async Task Refuses_a_byte_outside_ASCII_and_never_leaks_another_senders_bytes(int letters)
    {
        var victim = wire.NewMark();
        (await wire.SendHttp2Async("GET", "/r/me", [new HttpField("authorization", $"Bearer {victim}")]))
            .Text.ShouldContain(victim);

        var answer = await wire.SendHttp2Async("GET", "/r/\u00c3\u00a9" + new string('A', letters));

        answer.Status.ShouldBe(400);
        answer.Text.ShouldContain("percent-encoded");
        wire.ShouldBeClean();
        wire.Functions.Requests.Count(request => request.Headers.Find("authorization") == $"Bearer {victim}").ShouldBe(1);
    }

    [Theory]
    [InlineData("/r/..\u00c3\u00a9")]
    [InlineData("/r/..%C3%A9")]
    [InlineData("/r/..%00")]
    [InlineData("/r/..%20")]
    [InlineData("/r/..%3fa")]
    [InlineData("/r/..%23")]
    [InlineData("/r/.%09/y")]
    [InlineData("/r/%2e%2e\\y")]
    [InlineData("/r/..;a=1/y")]
    [InlineData("/r/a b")]
    [InlineData("/r/a\tb")]
    [InlineData("/r/a?q=\u007f")]
    [InlineData("/r/a?q=\u00ff")]
    [InlineData("/r/a\u0001b")]
    public async Task Refuses_a_target_that_is_malformed_or_leaves_the_functions_path(string path)
    {
        var mark = wire.NewMark();

        var answer = await wire.SendHttp2Async("GET", path, [new HttpField("x-mark", mark)]);

        // Kestrel resets the stream for some targets.
        answer.Status.ShouldBeOneOf(0, 400);
        wire.ShouldBeClean();
        wire.Functions.Requests.ShouldNotContain(request => request.Headers.Find("x-mark") == mark);
    }

    [Theory]
    [InlineData("/r/a[0]{b}|c?d[]=\"e\"&f=^`<>\\", "/r/a%5B0%5D%7Bb%7D%7Cc?d%5B%5D=%22e%22&f=%5E%60%3C%3E%5C")]
    [InlineData("/r/a?100%&b=%4", "/r/a?100%25&b=%254")]
    [InlineData("/r/a.b/.../%c3%a9?../..", "/r/a.b/.../%c3%a9?../..")]
    [InlineData("/h2/a[0]{b}?100%|", "/h2/a%5B0%5D%7Bb%7D?100%25%7C")]
    public async Task Forwards_other_printable_characters_percent_encoded(string path, string expected)
    {
        var mark = wire.NewMark();
        var headers = (HttpField[])[new("x-mark", mark)];

        (await wire.SendHttp2Async("GET", path, headers)).Text.ShouldContain(mark);
        (await wire.Gateway.Events.GetAsync(path, headers)).Text.ShouldContain(mark);

        wire.ShouldBeClean();
        wire.Functions.Requests.Where(request => request.Headers.Find("x-mark") == mark).Select(static request => request.Target)
            .ShouldBe(["/base" + expected, "/base" + expected]);
    }

    [Theory]
    [InlineData("\u0001")]
    [InlineData("a\u001fb")]
    [InlineData("a\u007fb")]
    public async Task Refuses_a_header_with_a_control_character(string value)
    {
        var mark = wire.NewMark();
        var headers = (HttpField[])[new("x-mark", mark), new("x-odd", value)];

        var answer = await wire.SendHttp2Async("GET", "/r/header", headers);
        var other = await wire.Gateway.Events.GetAsync("/r/header", headers);

        answer.Status.ShouldBe(400);
        answer.Text.ToLowerInvariant().ShouldContain("the header x-odd has control characters");
        other.Status.ShouldBe(400);
        wire.ShouldBeClean();
        wire.Functions.Requests.ShouldNotContain(request => request.Headers.Find("x-mark") == mark);
    }

    [Fact]
    public async Task The_Configuration_API_refuses_a_byte_outside_ASCII()
    {
        var answer = await wire.SendHttp2Async("GET", "/v1/spaces/\u00c3\u00a9", toConfig: true);

        answer.Status.ShouldBe(400);
        answer.Text.ShouldContain("percent-encoded");
    }
}
