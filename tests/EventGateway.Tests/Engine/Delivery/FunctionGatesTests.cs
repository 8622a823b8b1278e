using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Routing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class FunctionGatesTests : IAsyncDisposable
{
    private static readonly FunctionKey Function = new("default", "f");
    private static readonly FunctionKey Other = new("default", "other");

    private readonly DispatcherFixture _fixture = new();

    private FunctionGates Gates => _fixture.Gates;

    [Fact]
    public void Keeps_one_gate_of_a_function()
    {
        var gate = Gates.Of(Function);

        Gates.Forget(new ChangedRoutes("default", FunctionId: "f"));

        Gates.Of(Function).ShouldBeSameAs(gate);
        Gates.Count.ShouldBe(1);
    }

    [Fact]
    public void Removes_the_gate_of_a_deleted_function()
    {
        var gate = Gates.Of(Function);
        var other = Gates.Of(Other);
        _fixture.Deleted["f"] = true;

        Gates.Forget(new ChangedRoutes("default", FunctionId: "f"));

        Gates.Count.ShouldBe(1);
        Gates.Of(Other).ShouldBeSameAs(other);
        _fixture.Deleted.Clear();
        Gates.Of(Function).ShouldNotBeSameAs(gate);
    }

    [Fact]
    public void Removes_the_gates_of_all_deleted_functions_after_a_reload()
    {
        Gates.Of(Function);
        Gates.Of(Other);
        _fixture.Deleted["f"] = true;

        Gates.Forget(default);

        Gates.Count.ShouldBe(1);
    }

    [Fact]
    public void Does_not_keep_the_gate_of_a_function_that_was_deleted()
    {
        _fixture.Deleted["f"] = true;

        Gates.Of(Function).ShouldNotBeNull();

        Gates.Count.ShouldBe(0);
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();
}
