using System.Text;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.Engine;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Routing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Delivery;

public sealed class RepliesTests
{
    private const string V1 = """{"specversion":"1.0","id":"1","type":"test.event","source":"/s","eventgatewayhops":0}""";

    [Theory]
    [InlineData(CloudEventFormat.V1Structured, V1)]
    [InlineData(CloudEventFormat.V01Structured, V1)]
    [InlineData(CloudEventFormat.V1Structured, """{"eventgateway":{"hops":0}}""")]
    [InlineData(CloudEventFormat.V01Structured, """{"eventgateway":{"hops":0}}""")]
    [InlineData(CloudEventFormat.V1Structured, """{"EventGateway-Hops":0}""")]
    [InlineData(CloudEventFormat.V01Structured, """{"eventgatewayhops":0,"EVENTGATEWAYHOPS":0}""")]
    public async Task Ends_a_loop_in_every_version_and_whatever_hops_the_function_sets(CloudEventFormat format, string reply) =>
        (await CallsAsync(format, reply == V1 ? reply : OfV01(reply))).Count.ShouldBe(Replies.MaxHops + 1);

    [Theory]
    [InlineData(SpecVersion.V1, "eventgatewayhops", "3", 3)]
    [InlineData(SpecVersion.V1, "eventgatewayhops", "\"3\"", 3)]
    [InlineData(SpecVersion.V1, "eventgatewayhops", "99", Replies.MaxHops)]
    [InlineData(SpecVersion.V1, "eventgatewayhops", "\"2147483648\"", Replies.MaxHops)]
    [InlineData(SpecVersion.V1, "eventgatewayhops", "\"99999999999999999999999999\"", Replies.MaxHops)]
    [InlineData(SpecVersion.V01, "eventgateway", """{"hops":99999999999}""", Replies.MaxHops)]
    [InlineData(SpecVersion.V1, "eventgatewayhops", "-1", 0)]
    [InlineData(SpecVersion.V1, "other", "3", 0)]
    [InlineData(SpecVersion.V01, "eventgateway", """{"hops":3}""", 3)]
    [InlineData(SpecVersion.V01, "eventgateway", """{"a":{},"HOPS":"3"}""", 3)]
    [InlineData(SpecVersion.V01, "eventgateway", """{"hops":[3]}""", 0)]
    [InlineData(SpecVersion.V01, "EventGateway-Hops", "3", 3)]
    public void Reads_the_hops_without_writing_the_event(SpecVersion version, string name, string json, int hops)
    {
        var cloudEvent = new CloudEvent
        {
            SpecVersion = version,
            Id = "1",
            Type = "test.event",
            Source = "/s",
            Data = CloudEventData.Binary(new byte[2_000_000]),
            Extensions = [new("first", "true"u8.ToArray()), new(name, Encoding.UTF8.GetBytes(json))],
        };
        Replies.HopsOf(cloudEvent).ShouldBe(hops);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Replies.HopsOf(cloudEvent);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(10_000);
    }

    [Fact]
    public async Task Publishes_no_claim_of_an_authorization() =>
        (await CallsAsync(CloudEventFormat.V1Structured, V1.Replace("hops", "authorization", StringComparison.Ordinal)))
            .ShouldAllBe(call => !call.Contains("authorization"));

    [Fact]
    public async Task Publishes_no_claim_of_an_authorization_in_0_1() =>
        (await CallsAsync(CloudEventFormat.V1Structured, OfV01("""{"eventgateway":{"authorization":{}}}""")))
            .ShouldAllBe(call => !call.Contains("authorization"));

    private static string OfV01(string extensions) =>
        $$"""{"cloudEventsVersion":"0.1","eventID":"1","eventType":"test.event","source":"/s","extensions":{{extensions}}}""";

    // The function itself stops after more replies than are allowed, so that the test ends.
    private static async Task<IReadOnlyList<string>> CallsAsync(CloudEventFormat format, string reply)
    {
        await using var fixture = new DispatcherFixture(new GatewayDefaults { CloudEventFormat = format });
        fixture.Functions.Play("f", _ => Task.FromResult(new FunctionResult(
            FunctionOutcome.Success, fixture.Functions.CallsOf("f") > 20 ? default : Encoding.UTF8.GetBytes(reply))));
        var route = fixture.Route("f");
        route = new Route(route.Subscription with { Reply = true }, route.Function);
        fixture.Put(route);
        fixture.Published = RoutingTable.Empty.With(route);

        await fixture.AcceptAsync(DispatcherFixture.Event(), [route], default);

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (fixture.Store.Count > 0)
        {
            deadline.IsCancellationRequested.ShouldBeFalse("The replies have no end.");
            await Task.Yield();
        }

        return [.. fixture.Functions.Calls.Select(call => call.Body)];
    }
}
