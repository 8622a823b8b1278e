using EventGateway.Engine.Routing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

public sealed class NearSubscriptionsTests
{
    [Theory]
    [InlineData("test.event", "no subscription selects this event type")]
    [InlineData("http.request", "no subscription selects this event type")]
    [InlineData("TEST.EVENT", "the event type is not registered; \"test.event\" is")]
    [InlineData("test.evnt", "the event type is not registered; \"test.event\" is")]
    [InlineData("tst.evnt", "the event type is not registered; \"test.event\" is")]
    [InlineData("user.created", "the event type is not registered")]
    [InlineData("x", "the event type is not registered")]
    public async Task Names_an_event_type_that_differs_little(string type, string expected)
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();

        fixture.Registry.DescribeNear(UnmatchedReason.NoType, "POST", "/", type, inBatch: false).ShouldBe(expected);
    }

    [Theory]
    [InlineData("/users/5", "there are some on GET /users/:id/posts, GET /unlike, GET /x and other paths", "/users/:id/posts", "/", "/x", "/unlike")]
    [InlineData("/x", "there is one on GET /X", "/X")]
    [InlineData("/events", "there are some on GET /event, POST /", "/event", "/")]
    public async Task Names_the_nearest_paths(string sent, string expected, params string[] paths)
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        foreach (var path in paths)
        {
            await RegistryFixture.CreateAsync(
                fixture.Registry.Subscriptions,
                $$"""{"type":"sync","eventType":"test.event","functionId":"fn","path":"{{path}}","method":"{{(path == "/" ? "POST" : "GET")}}"}""");
        }

        fixture.Registry.DescribeNear(UnmatchedReason.NoPath, "GET", sent, "test.event", inBatch: false).Replace(" (sync)", "").ShouldBe(expected);
    }
}
