using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Engine;
using EventGateway.Engine.Functions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Functions;

public sealed class FunctionInvokerTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Ends_a_call_at_the_default_timeout()
    {
        var call = Invoker(Hang).InvokeAsync(TestRoutes.To(TestRoutes.OfType("test")), TestRoutes.Invocation(), default).AsTask();

        _clock.Advance(TimeSpan.FromSeconds(29.9));
        call.IsCompleted.ShouldBeFalse();
        _clock.Advance(TimeSpan.FromSeconds(0.2));

        using var result = await call;
        result.Outcome.ShouldBe(FunctionOutcome.TimedOut);
        result.Error.ShouldBe("The function did not answer within 30 s.");
    }

    [Fact]
    public async Task Prefers_the_timeout_of_the_subscription()
    {
        var route = TestRoutes.To(TestRoutes.OfType("test"), new DeliverySettings { Timeout = TimeSpan.FromSeconds(2) });
        var call = Invoker(Hang).InvokeAsync(route, TestRoutes.Invocation(), default).AsTask();

        _clock.Advance(TimeSpan.FromSeconds(2));

        using var result = await call;
        result.Error.ShouldBe("The function did not answer within 2 s.");
    }

    [Fact]
    public async Task Passes_the_callers_cancellation_on()
    {
        using var caller = new CancellationTokenSource();
        var call = Invoker(Hang).InvokeAsync(TestRoutes.To(TestRoutes.OfType("test")), TestRoutes.Invocation(), caller.Token).AsTask();

        await caller.CancelAsync();

        var exception = await Should.ThrowAsync<OperationCanceledException>(call);
        exception.CancellationToken.ShouldBe(caller.Token);
    }

    [Fact]
    public async Task Passes_on_that_calls_are_cut_off()
    {
        using var cutOff = new CancellationTokenSource();
        var invoker = Invoker(Hang);
        var calls = Enumerable.Range(0, 3).Select(_ => invoker.InvokeAsync(TestRoutes.To(TestRoutes.OfType("test")), TestRoutes.Invocation(), default, cutOff.Token).AsTask()).ToArray();
        var other = invoker.InvokeAsync(TestRoutes.To(TestRoutes.OfType("test")), TestRoutes.Invocation(), default).AsTask();

        await cutOff.CancelAsync();

        foreach (var call in calls)
        {
            (await Should.ThrowAsync<OperationCanceledException>(call)).CancellationToken.ShouldBe(cutOff.Token);
        }

        other.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public async Task Reports_a_provider_that_throws_as_a_failure()
    {
        var invoker = Invoker(_ => throw new InvalidOperationException("broken provider"));

        using var result = await invoker.InvokeAsync(TestRoutes.To(TestRoutes.OfType("test")), TestRoutes.Invocation(), default);

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Error!.ShouldContain("broken provider");
    }

    [Fact]
    public async Task Reports_a_cancellation_without_a_cause_as_a_failure()
    {
        var invoker = Invoker(_ => throw new TaskCanceledException("a limit of the provider's own"));

        using var result = await invoker.InvokeAsync(TestRoutes.To(TestRoutes.OfType("test")), TestRoutes.Invocation(), default);

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Error!.ShouldContain("a limit of the provider's own");
    }

    [Fact]
    public async Task Reports_a_type_that_no_provider_has()
    {
        using var result = await Invoker(Hang).InvokeAsync(TestRoutes.To(TestRoutes.OfType("nope")), TestRoutes.Invocation(), default);

        result.Outcome.ShouldBe(FunctionOutcome.Permanent);
        result.Error.ShouldBe("This server has no function provider of the type \"nope\".");
    }

    [Fact]
    public async Task Gives_every_call_a_deadline_of_its_own()
    {
        // The system's clock, with which deadlines are reused.
        var tokens = new List<CancellationToken>();
        var invoker = new FunctionInvoker(
            new FunctionProviders([new TestProvider(token =>
            {
                token.IsCancellationRequested.ShouldBeFalse();
                tokens.Add(token);
                return tokens.Count == 2 ? Hang(token) : Task.FromResult(new FunctionResult(FunctionOutcome.Success));
            })]),
            new GatewayDefaults { FunctionTimeout = TimeSpan.FromMilliseconds(50) },
            TimeProvider.System);
        var outcomes = new List<FunctionOutcome>();

        for (var i = 0; i < 4; i++)
        {
            using var result = await invoker.InvokeAsync(TestRoutes.To(TestRoutes.OfType("test")), TestRoutes.Invocation(), default);
            outcomes.Add(result.Outcome);
        }

        outcomes.ShouldBe([FunctionOutcome.Success, FunctionOutcome.TimedOut, FunctionOutcome.Success, FunctionOutcome.Success]);
    }

    [Fact]
    public void Refuses_two_providers_of_one_type() =>
        Should.Throw<ArgumentException>(() => new FunctionProviders([new TestProvider(Hang), new TestProvider(Hang)]))
            .Message.ShouldStartWith("Two providers have the type \"test\".");

    [Theory]
    [InlineData(false, FunctionOutcome.Refused)]
    [InlineData(true, FunctionOutcome.Retryable)]
    public async Task Makes_no_call_that_is_stopped_and_tells_a_refusal_from_a_failure(bool mayPass, FunctionOutcome outcome)
    {
        var invoker = new FunctionInvoker(
            new FunctionProviders([new TestProvider(_ => throw new InvalidOperationException("called"))]), new GatewayDefaults(), _clock, observer: new Stopping(mayPass));

        using var result = await invoker.InvokeAsync(TestRoutes.To(TestRoutes.OfType("test")), TestRoutes.Invocation(), default);

        (result.Outcome, result.Error).ShouldBe((outcome, "Not now."));
    }

    [Fact]
    public async Task Gives_a_result_back_that_cannot_be_told_of()
    {
        using var owner = new MemoryStream();
        var provider = new TestProvider(_ => Task.FromResult(new FunctionResult(FunctionOutcome.Success, owner: owner)));
        var invoker = new FunctionInvoker(new FunctionProviders([provider]), new GatewayDefaults(), _clock, observer: new Stumbling());

        await Should.ThrowAsync<InvalidDataException>(() => invoker.InvokeAsync(TestRoutes.To(TestRoutes.OfType("test")), TestRoutes.Invocation(), default).AsTask());

        owner.CanRead.ShouldBeFalse("It was not disposed.");
    }

    private static async Task<FunctionResult> Hang(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return new FunctionResult(FunctionOutcome.Success);
    }

    private FunctionInvoker Invoker(Func<CancellationToken, Task<FunctionResult>> call) =>
        new(new FunctionProviders([new TestProvider(call)]), new GatewayDefaults(), _clock);
}

internal sealed class Stopping(bool mayPass) : ICallObserver
{
    public bool Observes(Route route, Invocation invocation) => true;

    public ValueTask<CallRefusal?> InvokingAsync(Route route, Invocation invocation, CancellationToken cancellationToken) =>
        ValueTask.FromResult<CallRefusal?>(new CallRefusal("Not now.", mayPass));

    public void Invoked(Route route, Invocation invocation, FunctionResult result) => throw new InvalidOperationException("It was not called.");
}

internal sealed class Stumbling : ICallObserver
{
    public bool Observes(Route route, Invocation invocation) => true;

    public ValueTask<CallRefusal?> InvokingAsync(Route route, Invocation invocation, CancellationToken cancellationToken) => default;

    public void Invoked(Route route, Invocation invocation, FunctionResult result) => throw new InvalidDataException("It cannot be told.");
}

internal sealed class TestProvider(Func<CancellationToken, Task<FunctionResult>> call) : IFunctionProvider
{
    public string Type => "test";

    public JsonElement Validate(JsonElement settings, SettingErrors errors) => settings;

    public ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken) =>
        new(call(cancellationToken));
}
