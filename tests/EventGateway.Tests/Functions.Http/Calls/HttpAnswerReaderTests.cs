using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Functions.Http.Connections;
using EventGateway.Tests.Engine.Functions;
using EventGateway.TestSupport;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Http.Calls;

/// <summary>Answers of calls of which only the outcome is wanted.</summary>
public sealed class HttpAnswerReaderTests
{
    private const int Size = 200_000;

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public async Task An_answer_counts_in_the_memory_for_answers_and_is_left_out_without_room(bool isCoded, bool hasRoom)
    {
        var memory = new MemoryBudget(hasRoom ? 1_000_000 : 300_000);
        using var provider = new HttpFunctions(TimeProvider.System, new HttpFunctionOptions { AnswerMemory = memory });
        await using var server = await FunctionServer.StartAsync(context =>
        {
            if (isCoded)
            {
                context.Response.Headers.ContentEncoding = "gzip";
            }

            return context.Response.Body.WriteAsync(isCoded ? Coded.With(new byte[Size], "gzip") : new byte[Size]).AsTask();
        });
        using var guard = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var invocation = TestRoutes.Invocation() with { WantsOutcomeOnly = true, AnswerBytes = 256 * 1024 };

        using (var result = await provider.InvokeAsync(TestRoutes.Http(server.Url), invocation, guard.Token))
        {
            (result.Outcome, result.Body.Length, result.OmittedBytes is null).ShouldBe((FunctionOutcome.Success, hasRoom ? Size : 0, hasRoom));
            memory.Held.ShouldBeInRange(hasRoom ? Size : 0, hasRoom ? 512 * 1024 : 0);
        }

        memory.Held.ShouldBe(0);
    }
}
