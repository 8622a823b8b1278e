using System.Text;
using EventGateway.Api.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Requests;

public sealed class CrossSiteGuardTests
{
    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("http://localhost:4002")]
    [InlineData("http://localhost")]
    [InlineData("http://localhost:4001.evil.example")]
    [InlineData("null")]
    [InlineData("localhost:4001")]
    [InlineData("http://localhost:4001, http://evil.example")]
    public async Task Refuses_the_pages_of_another_origin(string origin)
    {
        var (status, body) = await SendAsync(("Origin", origin));

        status.ShouldBe(403);
        body.ShouldBe("""{"errors":[{"message":"Origin: pages of other origins may not use the Configuration API."}]}""" + "\n");
    }

    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    public async Task Refuses_what_the_browser_says_comes_from_elsewhere(string site)
    {
        // A page's GET of an image carries no origin.
        (await SendAsync(("Sec-Fetch-Site", site))).Status.ShouldBe(403);
        (await SendAsync(("Sec-Fetch-Site", site), ("Origin", "http://localhost:4001"))).Status.ShouldBe(403);
    }

    [Theory]
    [InlineData("http://localhost:4001")]
    [InlineData("http://LOCALHOST:4001")]
    [InlineData("https://localhost:4001")]
    public async Task Lets_its_own_pages_in(string origin) =>
        (await SendAsync(("Origin", origin), ("Sec-Fetch-Site", "same-origin"))).ShouldBe((200, "inside"));

    [Fact]
    public async Task Lets_in_what_a_person_typed_into_the_browser() =>
        (await SendAsync(("Sec-Fetch-Site", "none"))).ShouldBe((200, "inside"));

    [Fact]
    public async Task Lets_programs_in_that_are_no_browsers() => (await SendAsync()).ShouldBe((200, "inside"));

    [Theory]
    [InlineData("evil.example:4001", true, 403)]
    [InlineData("localhost.evil.example", true, 403)]
    [InlineData("evil.example:4001", false, 200)]
    [InlineData("127.0.0.1:4001", true, 200)]
    [InlineData("[::1]:4001", true, 200)]
    [InlineData("LocalHost", true, 200)]
    [InlineData("gateway.localhost:4001", true, 200)]
    public async Task Refuses_names_of_others_where_only_this_machine_may_call(string host, bool isLoopback, int status) =>
        (await SendAsync(host, isLoopback, ("Origin", "http://" + host))).Status.ShouldBe(status);

    private static Task<(int Status, string Body)> SendAsync(params (string Name, string Value)[] headers) =>
        SendAsync("localhost:4001", isLoopback: true, headers);

    private static async Task<(int Status, string Body)> SendAsync(string host, bool isLoopback, params (string Name, string Value)[] headers)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseCrossSiteGuard(_ => isLoopback);
        app.Run(context => context.Response.WriteAsync("inside"));
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Request = { Method = "POST", Host = new HostString(host) }, Response = { Body = body } };
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        await app.Build()(context);

        return (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()));
    }
}
