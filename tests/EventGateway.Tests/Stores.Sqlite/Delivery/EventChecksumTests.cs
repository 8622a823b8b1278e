using CsCheck;
using EventGateway.CloudEvents;
using EventGateway.Stores.Sqlite.Delivery;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Delivery;

public sealed class EventChecksumTests
{
    private static readonly Gen<(string Id, string Type, byte[] Body)> Events =
        Gen.Select(Gen.String[1, 400], Gen.String[1, 40], Gen.Byte.Array[1, 3000]);

    [Fact]
    public void A_stored_event_matches_and_a_changed_byte_does_not() =>
        Gen.Select(Events, Gen.Int[0, int.MaxValue], Gen.Byte[1, 255]).Sample(item =>
        {
            var ((id, type, body), place, change) = item;
            var checksum = EventChecksum.Of(id, type, CloudEventFormat.V1Structured, body);
            EventChecksum.Matches(checksum, id, type, CloudEventFormat.V1Structured, body).ShouldBeTrue();
            body[place % body.Length] ^= change;
            EventChecksum.Matches(checksum, id, type, CloudEventFormat.V1Structured, body).ShouldBeFalse();
        });

    [Theory]
    [InlineData("b", "type", CloudEventFormat.V1Structured, "body")]
    [InlineData("a", "epyt", CloudEventFormat.V1Structured, "body")]
    [InlineData("a", "type", CloudEventFormat.V01Structured, "body")]
    [InlineData("a", "type", CloudEventFormat.V1Structured, "bod")]
    [InlineData("at", "ype", CloudEventFormat.V1Structured, "body")]
    public void Another_id_type_format_or_length_does_not_match(string id, string type, CloudEventFormat format, string body)
    {
        var checksum = EventChecksum.Of("a", "type", CloudEventFormat.V1Structured, "body"u8);
        EventChecksum.Matches(checksum, id, type, format, System.Text.Encoding.UTF8.GetBytes(body)).ShouldBeFalse();
    }

    [Fact]
    public void An_event_without_a_checksum_matches() =>
        EventChecksum.Matches(0, "a", "type", CloudEventFormat.V1Structured, "anything"u8).ShouldBeTrue();

    // Checksums are stored. If the algorithm changed, all stored events would seem damaged.
    [Fact]
    public void The_checksum_stays_the_same_over_versions() =>
        EventChecksum.Of("order-1", "order.placed", CloudEventFormat.V1Structured, """{"id":"order-1"}"""u8).ShouldBe(7567639732610403953);
}
