using System.Text;
using EventGateway.CloudEvents;
using EventGateway.Engine.Authorization;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Authorization;

public sealed class AuthorizedEventTests
{
    private static readonly byte[] Authorization = """{"principalId":"u"}"""u8.ToArray();

    [Fact]
    public void Adds_text_to_an_event_of_1_0() =>
        Extensions(AuthorizedEvent.With(Event(SpecVersion.V1, ("mine", "1"), ("eventgatewayauthorization", "\"old\"")), Authorization))
            .ShouldBe(["mine=1", """eventgatewayauthorization="{\"principalId\":\"u\"}" """.Trim()]);

    [Theory]
    [InlineData("""{"transformed":"true","authorization":{"principalId":"old"}}""", """{"transformed":"true","authorization":{"principalId":"u"}}""")]
    [InlineData("\"text\"", """{"authorization":{"principalId":"u"}}""")]
    public void Nests_an_object_in_an_event_of_0_1(string facts, string nested) =>
        Extensions(AuthorizedEvent.With(Event(SpecVersion.V01, ("eventgateway", facts), ("mine", "1")), Authorization))
            .ShouldBe(["mine=1", "eventgateway=" + nested]);

    [Theory]
    [InlineData(SpecVersion.V1, "eventgatewayauthorization", "\"x\"")]
    [InlineData(SpecVersion.V01, "EventGateway-Authorization", "\"x\"")]
    [InlineData(SpecVersion.V01, "event-gateway-authorization", "\"x\"")]
    [InlineData(SpecVersion.V01, "_eventgatewayauthorization", "\"x\"")]
    [InlineData(SpecVersion.V01, "\u00e9eventgatewayauthorization", "\"x\"")]
    public void Takes_a_claim_away(SpecVersion version, string name, string value) =>
        Extensions(AuthorizedEvent.WithoutClaims(Event(version, ("mine", "1"), (name, value)))).ShouldBe(["mine=1"]);

    [Fact]
    public void Takes_a_nested_claim_away() =>
        Extensions(AuthorizedEvent.WithoutClaims(Event(SpecVersion.V01, ("eventgateway", """{"Authorization":1,"a":2}"""))))
            .ShouldBe(["""eventgateway={"a":2}"""]);

    [Theory]
    [InlineData(SpecVersion.V1, "eventgateway")]
    [InlineData(SpecVersion.V01, "event-gateway-authorization")]
    [InlineData(SpecVersion.V01, "eventgateway")]
    public void Lets_nothing_of_the_sender_stand_in_the_place_of_the_authorization(SpecVersion version, string name)
    {
        var authorized = AuthorizedEvent.With(AuthorizedEvent.WithoutClaims(Event(version, (name, "\"x\""))), Authorization);

        Extensions(CloudEventConverter.ToV1(authorized)).ShouldBe([@"eventgatewayauthorization=""{\""principalId\"":\""u\""}"""]);
        Extensions(CloudEventConverter.ToV01(authorized)).ShouldBe(["""eventgateway={"authorization":{"principalId":"u"}}"""]);
    }

    [Fact]
    public void Leaves_an_event_without_a_claim_as_it_is()
    {
        var cloudEvent = Event(SpecVersion.V1, ("mine", "1"));

        AuthorizedEvent.WithoutClaims(cloudEvent).ShouldBeSameAs(cloudEvent);
    }

    [Theory]
    [InlineData(CloudEventFormat.V01Structured)]
    [InlineData(CloudEventFormat.V1Structured)]
    public void Survives_the_change_of_version(CloudEventFormat format)
    {
        var v1 = AuthorizedEvent.With(Event(SpecVersion.V1), Authorization);
        var v01 = AuthorizedEvent.With(Event(SpecVersion.V01), Authorization);

        if (format is CloudEventFormat.V1Structured)
        {
            Extensions(CloudEventConverter.ToV1(v01)).ShouldBe(Extensions(v1));
        }
        else
        {
            Extensions(CloudEventConverter.ToV01(v1)).ShouldBe(Extensions(v01));
        }
    }

    private static CloudEvent Event(SpecVersion version, params (string Name, string Json)[] extensions) => new()
    {
        SpecVersion = version,
        Id = "1",
        Type = "t",
        Source = "/s",
        Extensions = [.. extensions.Select(extension => new CloudEventExtension(extension.Name, Encoding.UTF8.GetBytes(extension.Json)))],
    };

    private static string[] Extensions(CloudEvent cloudEvent) =>
        [.. cloudEvent.Extensions.Select(extension => $"{extension.Name}={Encoding.UTF8.GetString(extension.Json.Span)}")];
}
