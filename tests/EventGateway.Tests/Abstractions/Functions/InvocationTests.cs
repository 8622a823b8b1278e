using System.Text;
using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Tests.Engine.Functions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Functions;

public sealed class InvocationTests
{
    [Theory]
    [InlineData("""{"id":"1","partitionkey":"k","data":{"partitionkey":"no"}}""", "k")]
    [InlineData("""{"id":"1","data":{"partitionkey":"no","extensions":{"partitionkey":"no"}}}""", null)]
    [InlineData("""{"partitionkey":"a\"bé"}""", "a\"bé")]
    [InlineData("""{"partitionkey":17}""", "17")]
    [InlineData("""{"partitionkey":""}""", null)]
    [InlineData("""{"partitionkey":null}""", null)]
    [InlineData("""{"eventID":"1","extensions":{"a":{"partitionkey":"no"},"partitionKey":"k"},"data":1}""", "k")]
    [InlineData("""{"extensions":[{"partitionkey":"no"}],"id":"1"}""", null)]
    [InlineData("""{"extensions":"partitionkey","partitionkey":"k"}""", "k")]
    public void Finds_the_partition_key_in_a_structured_event(string body, string? key) =>
        TestRoutes.Invocation(body).FindPartitionKey().ShouldBe(key);

    [Theory]
    [InlineData(CloudEventFormat.V1Structured)]
    [InlineData(CloudEventFormat.V1Binary)]
    [InlineData(CloudEventFormat.V01Structured)]
    public void Finds_the_partition_key_in_every_format(CloudEventFormat format)
    {
        var cloudEvent = new CloudEvent
        {
            Id = "1",
            Type = "test.event",
            Source = "/test",
            Extensions = [new CloudEventExtension("partitionkey", Encoding.UTF8.GetBytes("\"one two\""))],
        };
        using var buffer = new PooledBuffer(256);

        var payload = CloudEventWriter.Write(cloudEvent, format, buffer);

        new Invocation("1", "test.event", payload).FindPartitionKey().ShouldBe("one two");
    }
}
