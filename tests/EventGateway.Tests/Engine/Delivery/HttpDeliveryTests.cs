using System.Collections.Concurrent;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Functions.Http.Connections;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Functions.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class HttpDeliveryTests
{
    [Fact]
    public async Task Delivers_to_a_healthy_function_while_others_hang_fail_and_flood()
    {
        const int Events = 300;
        using var http = new HttpFunctions(TimeProvider.System, new HttpFunctionOptions { MaxResponseBytes = 10_000 });
        await using var fixture = new DispatcherFixture(new GatewayDefaults { FunctionConcurrency = 8 }, provider: http);
        var seen = new ConcurrentBag<string>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var well = await FunctionServer.StartAsync(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            seen.Add(await body.ReadToEndAsync());
            if (seen.Count == Events)
            {
                all.TrySetResult();
            }
        });
        await using var hung = await FunctionServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        await using var broken = await FunctionServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var babbling = await FunctionServer.StartAsync(async context =>
        {
            while (true)
            {
                await context.Response.Body.WriteAsync(new byte[1024], context.RequestAborted);
            }
        });
        Route[] routes =
        [
            .. new[] { hung, broken, babbling, well }.Select((server, i) => TestRoutes.To(TestRoutes.Http(server.Url, $"f{i}"))),
        ];
        foreach (var route in routes)
        {
            fixture.Put(route);
        }

        for (var i = 0; i < Events; i++)
        {
            (await fixture.AcceptAsync(DispatcherFixture.Event($"{i}", 2_000), routes, default)).IsAccepted.ShouldBeTrue();
        }

        await all.Task.WaitAsync(TimeSpan.FromMinutes(3));
        seen.Distinct().Count().ShouldBe(Events);
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        (await fixture.Dispatcher.DrainAsync(now.Token)).ShouldBeGreaterThanOrEqualTo(Events);
    }
}
