using System.Text;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents;

public class TraceContextTests
{
    private const string Parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static readonly CloudEvent Event = new() { Id = "1", Type = "a.b", Source = "/s" };

    [Theory]
    [InlineData(CloudEventFormat.V1Structured)]
    [InlineData(CloudEventFormat.V1Binary)]
    [InlineData(CloudEventFormat.V01Structured)]
    public void Goes_along_as_headers_in_every_format(CloudEventFormat format)
    {
        using var buffer = new PooledBuffer();

        var payload = CloudEventWriter.Write(TraceContext.With(Event, Parent, "vendor=1"), format, buffer);

        payload.Headers.ShouldNotBeNull();
        payload.Headers.ShouldContain(new KeyValuePair<string, string>("traceparent", Parent));
        payload.Headers.ShouldContain(new KeyValuePair<string, string>("tracestate", "vendor=1"));
    }

    [Fact]
    public void Goes_along_as_an_extension()
    {
        using var buffer = new PooledBuffer();

        var payload = CloudEventWriter.Write(TraceContext.With(Event, Parent, null), CloudEventFormat.V1Structured, buffer);

        Encoding.UTF8.GetString(payload.Body.Span).ShouldBe(
            $$"""{"specversion":"1.0","id":"1","source":"/s","type":"a.b","traceparent":"{{Parent}}"}""");
    }

    [Fact]
    public void What_the_event_says_itself_wins()
    {
        var own = Event with { Extensions = [new CloudEventExtension("traceparent", JsonText.Quote("own"))] };

        TraceContext.With(own, Parent, "vendor=1").ShouldBeSameAs(own);
    }

    [Fact]
    public void A_state_without_its_parent_is_replaced()
    {
        var own = Event with { Extensions = [new CloudEventExtension("tracestate", JsonText.Quote("stale=1"))] };

        TraceContext.With(own, Parent, null).Extensions.ShouldHaveSingleItem().Name.ShouldBe("traceparent");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void No_header_changes_nothing(string? parent) =>
        TraceContext.With(Event, parent, "vendor=1").ShouldBeSameAs(Event);

    [Fact]
    public void An_extension_that_no_header_can_hold_stays_out_of_the_headers()
    {
        var own = Event with { Extensions = [new CloudEventExtension("traceparent", JsonText.Quote("a\r\nb: c"))] };
        using var buffer = new PooledBuffer();

        CloudEventWriter.Write(own, CloudEventFormat.V1Structured, buffer).Headers.ShouldBeNull();
    }
}
