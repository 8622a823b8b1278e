using System.Text;
using EventGateway.Api.Requests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Requests;

public sealed class FunctionCallGuardTests
{
    [Theory]
    [InlineData("1.1 event-gateway-0123abcd")]
    [InlineData("1.1 proxy, 1.1 event-gateway-0123abcd")]
    [InlineData("1.1 proxy", "1.1 event-gateway-0123abcd")]
    public async Task Refuses_what_an_event_gateway_has_passed_on(params string[] via) => (await SendAsync(via)).ShouldBe(
        (403, """{"errors":[{"message":"Via: functions may not call the Configuration API of an event gateway."}]}""" + "\n"));

    [Theory]
    [InlineData]
    [InlineData("1.1 proxy")]
    public async Task Lets_all_others_in(params string[] via) => (await SendAsync(via)).ShouldBe((200, "inside"));

    private static async Task<(int Status, string Body)> SendAsync(string[] via)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseFunctionCallGuard();
        app.Run(static context => context.Response.WriteAsync("inside"));
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        context.Request.Headers.Via = new StringValues(via);

        await app.Build()(context);

        return (context.Response.StatusCode, Encoding.UTF8.GetString(body.ToArray()));
    }
}
