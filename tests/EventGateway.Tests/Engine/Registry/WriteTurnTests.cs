using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.Errors;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

public sealed class WriteTurnTests
{
    [Fact]
    public async Task Refuses_a_write_when_a_thousand_wait_already()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Store.Gate = gate.Task;
        var accepted = Enumerable.Range(0, 1001).Select(number => CreateAsync(fixture, $"n{number}")).ToList();

        var refused = CreateAsync(fixture, "late");

        refused.IsCompleted.ShouldBeTrue();
        (await refused).Error!.Reason.ShouldBe(RegistryReason.Unavailable);
        accepted.ShouldAllBe(write => !write.IsCompleted);
        gate.SetResult();
        (await Task.WhenAll(accepted)).ShouldAllBe(result => result.Entry != null);
        (await CreateAsync(fixture, "late")).Entry.ShouldNotBeNull();
    }

    [Fact]
    public async Task Gives_back_the_place_of_a_caller_that_has_gone()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Store.Gate = gate.Task;
        var first = CreateAsync(fixture, "first");
        using var gone = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 1000).Select(number => CreateAsync(fixture, $"n{number}", gone.Token)).ToList();

        await gone.CancelAsync();
        foreach (var write in waiting)
        {
            await Should.ThrowAsync<OperationCanceledException>(write);
        }

        var next = CreateAsync(fixture, "next");
        next.IsCompleted.ShouldBeFalse();
        gate.SetResult();
        (await first).Entry.ShouldNotBeNull();
        (await next).Entry.ShouldNotBeNull();
    }

    private static Task<RegistryResult<EventType>> CreateAsync(RegistryFixture fixture, string name, CancellationToken cancellationToken = default) =>
        fixture.Registry.EventTypes.CreateAsync("default", RegistryFixture.Utf8($$"""{"name":"{{name}}"}"""), RevisionConditions.None, cancellationToken).AsTask();
}
