using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Functions.Http.Connections;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Functions.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Connections;

/// <summary>Large answers share a budget of memory.</summary>
public sealed class AnswerMemoryTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_without_room_is_refused_and_the_memory_comes_back(bool saysItsLength)
    {
        var memory = new MemoryBudget(1_000_000);
        using var provider = new HttpFunctions(TimeProvider.System, new HttpFunctionOptions { AnswerMemory = memory });
        await using var server = await FunctionServer.StartAsync(async context =>
        {
            var size = int.Parse(context.Request.Query["size"]!);
            context.Response.StatusCode = int.Parse(context.Request.Query["status"].FirstOrDefault() ?? "200");
            context.Response.ContentLength = saysItsLength ? size : null;
            await context.Response.Body.WriteAsync(new byte[size]);
        });

        using (var small = await CallAsync(provider, server.Url + "?size=1000"))
        {
            small.Outcome.ShouldBe(FunctionOutcome.Success);
            memory.Held.ShouldBe(0);
        }

        using (var fits = await CallAsync(provider, server.Url + "?size=500000"))
        {
            fits.Body.Length.ShouldBe(500_000);
            memory.Held.ShouldBeInRange(500_000, 600_000);

            using var refused = await CallAsync(provider, server.Url + "?size=500000");
            refused.Outcome.ShouldBe(FunctionOutcome.Retryable);
            refused.Refusal.ShouldNotBeNull().Status.ShouldBe(503);
            refused.Status.ShouldBe(200);
            refused.Error.ShouldBe("The answer was not read: there is no room for it.");

            using var failed = await CallAsync(provider, server.Url + "?size=500000&status=400");
            failed.Outcome.ShouldBe(FunctionOutcome.Permanent);
            failed.Status.ShouldBe(400);
        }

        memory.Held.ShouldBe(0);
        using var again = await CallAsync(provider, server.Url + "?size=500000");
        again.Outcome.ShouldBe(FunctionOutcome.Success);
    }

    private static async Task<FunctionResult> CallAsync(HttpFunctions provider, string url) =>
        await provider.InvokeAsync(TestRoutes.Http(url), TestRoutes.Invocation(), TestContext.Current.CancellationToken);
}
