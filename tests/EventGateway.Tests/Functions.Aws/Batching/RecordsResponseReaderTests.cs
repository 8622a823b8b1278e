using System.Text;
using EventGateway.Functions.Aws.Batching;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Aws.Batching;

public sealed class RecordsResponseReaderTests
{
    [Theory]
    [InlineData("""{"\ud83d":1,"Records":[{"SequenceNumber":"7"}]}""")]
    [InlineData("""{"Records":[{"Record\ud83d":1,"SequenceNumber":"7"}]}""")]
    public void Reads_a_response_with_a_name_that_ends_in_the_middle_of_a_character(string response) =>
        RecordsResponseReader.Read(Encoding.UTF8.GetBytes(response), "Kinesis", RecordsProtocol.Kinesis, 1)
            .ShouldHaveSingleItem().Receipt.ShouldBe("7");
}
