using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Routing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class FunctionGatesTests : IAsyncDisposable
{
    private static readonly FunctionKey _function = new("default", "f");
    private static readonly FunctionKey _other = new("default", "other");

    private readonly DispatcherFixture _fixture = new();

    private FunctionGates Gates => _fixture.Gates;

    [Fact]
    public void Keeps_one_gate_of_a_function()
    {
        var gate = Gates.Of(_function);

        Gates.Forget(new ChangedRoutes("default", FunctionId: "f"));

        Gates.Of(_function).ShouldBeSameAs(gate);
        Gates.Count.ShouldBe(1);
    }

    [Fact]
    public void Forgets_a_function_that_is_deleted()
    {
        var gate = Gates.Of(_function);
        var other = Gates.Of(_other);
        _fixture.Deleted["f"] = true;

        Gates.Forget(new ChangedRoutes("default", FunctionId: "f"));

        Gates.Count.ShouldBe(1);
        Gates.Of(_other).ShouldBeSameAs(other);
        _fixture.Deleted.Clear();
        Gates.Of(_function).ShouldNotBeSameAs(gate);
    }

    [Fact]
    public void Forgets_all_functions_that_are_gone_when_the_configuration_was_loaded_again()
    {
        Gates.Of(_function);
        Gates.Of(_other);
        _fixture.Deleted["f"] = true;

        Gates.Forget(default);

        Gates.Count.ShouldBe(1);
    }

    [Fact]
    public void Does_not_keep_the_gate_of_a_function_that_is_gone()
    {
        _fixture.Deleted["f"] = true;

        Gates.Of(_function).ShouldNotBeNull();

        Gates.Count.ShouldBe(0);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
