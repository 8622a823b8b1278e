using CloudNative.CloudEvents.SystemTextJson;
using CsCheck;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents;

public class CloudEventRoundTripTests
{
    [Fact]
    public void Structured_1_0_comes_back_exactly() => TestEvents.V1.Sample(cloudEvent =>
        TestEvents.Describe(Read(cloudEvent, CloudEventFormat.V1Structured)).ShouldBe(TestEvents.Describe(TextAsJson(cloudEvent))));

    [Fact]
    public void Structured_0_1_comes_back_exactly() => TestEvents.V01.Sample(cloudEvent =>
        TestEvents.Describe(Read(cloudEvent, CloudEventFormat.V01Structured)).ShouldBe(TestEvents.Describe(cloudEvent)));

    [Fact]
    public void From_1_0_to_0_1_and_back_keeps_everything() => TestEvents.V1.Sample(cloudEvent =>
        TestEvents.Describe(CloudEventConverter.ToV1(Read(cloudEvent, CloudEventFormat.V01Structured)))
            .ShouldBe(TestEvents.Describe(TestEvents.WithJsonData(cloudEvent))));

    [Fact]
    public void From_0_1_to_1_0_and_back_keeps_what_both_can_say() =>
        // The names of the gateway's own extensions are one object in 0.1.
        Gen.Select(TestEvents.V01, TestEvents.FlatExtensions, (e, x) => e with { Extensions = [.. x.Where(y => !y.Name.StartsWith("eventgateway", StringComparison.Ordinal))] }).Sample(cloudEvent =>
            TestEvents.Describe(CloudEventConverter.ToV01(Read(cloudEvent, CloudEventFormat.V1Structured))).ShouldBe(TestEvents.Describe(cloudEvent)));

    [Fact]
    public void From_0_1_any_extension_gives_a_valid_1_0_event() => TestEvents.V01.Sample(cloudEvent =>
    {
        var read = Read(cloudEvent, CloudEventFormat.V1Structured);
        read.Extensions.Count(e => e.Name != "eventtypeversion").ShouldBe(
            cloudEvent.Extensions.Count(e => TestEvents.Text(e.Json) != "null"));
    });

    [Fact]
    public void Binary_1_0_comes_back() => TestEvents.V1.Sample(cloudEvent =>
    {
        using var buffer = new PooledBuffer();
        var payload = CloudEventWriter.Write(cloudEvent, CloudEventFormat.V1Binary, buffer);
        var reader = BinaryEventReader.Create(SpecVersion.V1);
        foreach (var (name, value) in payload.Headers!)
        {
            reader.Add(name, value);
        }

        MediaType.TryParse(payload.ContentType, out var type, out _).ShouldBeTrue();
        var read = reader.Read(payload.ContentType, CloudEventData.FromBody(type, payload.Body)).Event.ShouldNotBeNull();
        TestEvents.Describe(read).ShouldBe(TestEvents.Describe(cloudEvent with
        {
            // Headers have no types.
            Extensions = [.. cloudEvent.Extensions.Select(e => e.Json.Span[0] == '"' ? e : e with { Json = JsonText.Quote(e.Json.Span) })],
        }));
    });

    [Fact]
    public void Stored_events_come_back_exactly() => Gen.OneOf(TestEvents.V1, TestEvents.V01).Sample(cloudEvent =>
    {
        using var buffer = new PooledBuffer();
        var read = CloudEventReader.ReadStored(CloudEventWriter.WriteStored(cloudEvent, buffer).Body);
        read.Errors.ShouldBeEmpty();
        TestEvents.Describe(read.Event!).ShouldBe(TestEvents.Describe(MediaType.IsJson(cloudEvent.DataContentType) ? cloudEvent : TextAsJson(cloudEvent)));
    });

    [Fact]
    public void A_batch_comes_back_exactly() => TestEvents.V1.Array[0, 5].Sample(events =>
    {
        var json = "[" + string.Join(',', events.Select(e => Write(e, CloudEventFormat.V1Structured))) + "]";
        CloudEventReader.ReadBatch(TestEvents.Bytes(json)).Events!.Select(TestEvents.Describe)
            .ShouldBe(events.Select(e => TestEvents.Describe(TextAsJson(e))));
    });

    [Fact]
    public void Another_implementation_reads_what_is_written() => TestEvents.StrictV1.Sample(cloudEvent =>
    {
        // Its JSON parser refuses numbers and surrogates that do not fit its types, so such data stays out of this test.
        cloudEvent = cloudEvent.Data.Kind == CloudEventDataKind.Json ? cloudEvent with { Data = CloudEventData.Json("[1,\"é\"]"u8.ToArray()) } : cloudEvent;
        var read = new JsonEventFormatter().DecodeStructuredModeMessage(TestEvents.Bytes(Write(cloudEvent, CloudEventFormat.V1Structured)), null, null);
        read.Id.ShouldBe(cloudEvent.Id);
        read.Type.ShouldBe(cloudEvent.Type);
        read.Source!.OriginalString.ShouldBe(cloudEvent.Source);
        read.Subject.ShouldBe(cloudEvent.Subject);
        read.DataSchema?.OriginalString.ShouldBe(cloudEvent.DataSchema);
        read.DataContentType.ShouldBe(cloudEvent.DataContentType);
        (read.Time is null).ShouldBe(cloudEvent.Time is null);
        if (cloudEvent.Data.Kind == CloudEventDataKind.Binary)
        {
            read.Data.ShouldBeOfType<byte[]>().ShouldBe(cloudEvent.Data.Bytes.ToArray());
        }
        else if (cloudEvent.Data.Kind == CloudEventDataKind.Text)
        {
            read.Data.ShouldBe(TestEvents.Text(cloudEvent.Data.Bytes));
        }
    });

    [Fact]
    public void What_another_implementation_writes_is_read() => TestEvents.StrictV1.Sample(cloudEvent =>
    {
        var other = new CloudNative.CloudEvents.CloudEvent
        {
            Id = cloudEvent.Id,
            Type = cloudEvent.Type,
            Source = new Uri(cloudEvent.Source, UriKind.RelativeOrAbsolute),
            Subject = cloudEvent.Subject,
            Time = cloudEvent.Time is null ? null : DateTimeOffset.Parse(cloudEvent.Time),
            DataContentType = "application/octet-stream",
            Data = cloudEvent.Data.Bytes.ToArray(),
        };
        foreach (var extension in cloudEvent.Extensions.Where(e => e.Json.Span[0] == '"'))
        {
            other[extension.Name] = System.Text.Json.JsonSerializer.Deserialize<string>(extension.Json.Span);
        }

        var result = CloudEventReader.ReadStructured(new JsonEventFormatter().EncodeStructuredModeMessage(other, out _));
        result.Errors.ShouldBeEmpty();
        result.Event!.Id.ShouldBe(cloudEvent.Id);
        result.Event.Subject.ShouldBe(cloudEvent.Subject);
        result.Event.Data.Bytes.ToArray().ShouldBe(cloudEvent.Data.Bytes.ToArray());
        result.Event.Extensions.Count.ShouldBe(cloudEvent.Extensions.Count(e => e.Json.Span[0] == '"'));
    });

    [Fact]
    public void Random_bytes_never_throw() => Gen.Byte.Array.Sample(bytes =>
    {
        CloudEventReader.ReadStructured(bytes).IsValid.ShouldBeFalse();
        _ = CloudEventReader.ReadBatch(bytes);
    });

    [Fact]
    public void Damaged_events_never_throw() =>
        Gen.Select(Gen.OneOf(TestEvents.V1, TestEvents.V01), Gen.Bool, Gen.Int[0, 100_000], Gen.Byte, Gen.Bool).Sample((cloudEvent, asV1, at, value, cut) =>
        {
            var bytes = TestEvents.Bytes(Write(cloudEvent, asV1 ? CloudEventFormat.V1Structured : CloudEventFormat.V01Structured));
            bytes[at % bytes.Length] = value;
            bytes = cut ? bytes[..(at % bytes.Length)] : bytes;
            var result = CloudEventReader.ReadStructured(bytes);
            if (result.IsValid)
            {
                Write(result.Event, CloudEventFormat.V1Structured);
                Write(result.Event, CloudEventFormat.V1Binary);
                Write(result.Event, CloudEventFormat.V01Structured);
            }
            else
            {
                result.Errors.ShouldNotBeEmpty();
            }
        });

    // Text that was written as a JSON string is read as JSON: its meaning is the same.
    private static CloudEvent TextAsJson(CloudEvent cloudEvent) =>
        cloudEvent.Data.Kind == CloudEventDataKind.Text ? TestEvents.WithJsonData(cloudEvent) : cloudEvent;

    private static CloudEvent Read(CloudEvent cloudEvent, CloudEventFormat format)
    {
        var result = CloudEventReader.ReadStructured(TestEvents.Bytes(Write(cloudEvent, format)));
        result.Errors.ShouldBeEmpty();
        return result.Event.ShouldNotBeNull();
    }

    private static string Write(CloudEvent cloudEvent, CloudEventFormat format)
    {
        using var buffer = new PooledBuffer();
        return TestEvents.Text(CloudEventWriter.Write(cloudEvent, format, buffer).Body);
    }
}
