using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using EventGateway.Serving.Refusals;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Serving.Refusals;

public sealed class RefusalOutputTests
{
    private const string Empty = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\nDate: now\r\n\r\n";
    private const string Head = "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\nDate: now\r\n\r\n";

    [Fact]
    public async Task Passes_everything_on() => (await WriteAsync(refusesAt: 9, hasBody: true, "a", Empty)).ShouldBe("a" + Empty);

    [Theory]
    [InlineData(true, "{}")]
    [InlineData(false, "")]
    public async Task Adds_the_body_to_the_empty_answer_of_a_refusal(bool hasBody, string body) =>
        (await WriteAsync(refusesAt: 1, hasBody, "an answer before", Empty)).ShouldBe("an answer before" + Head + body);

    [Theory]
    [InlineData("GOAWAY")]
    [InlineData("HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nhello")]
    public async Task Leaves_other_bytes_alone(string bytes) => (await WriteAsync(refusesAt: 0, hasBody: true, bytes)).ShouldBe(bytes);

    [Fact]
    public async Task Writes_the_answer_that_nobody_flushes()
    {
        var pipe = new Pipe();
        var output = new RefusalOutput(pipe.Writer);
        output.Refuse("{}"u8.ToArray(), hasBody: true);
        output.Write(Encoding.ASCII.GetBytes(Empty));

        await output.CompleteAsync();

        (await ReadAsync(pipe)).ShouldBe(Head + "{}");
    }

    private static async Task<string> WriteAsync(int refusesAt, bool hasBody, params string[] writes)
    {
        var pipe = new Pipe();
        var output = new RefusalOutput(pipe.Writer);
        foreach (var (i, bytes) in writes.Index())
        {
            if (i == refusesAt)
            {
                output.Refuse("{}"u8.ToArray(), hasBody);
            }

            // As Kestrel does, in pieces.
            foreach (var part in Encoding.ASCII.GetBytes(bytes).Chunk(10))
            {
                output.Write(part);
            }

            await output.FlushAsync(TestContext.Current.CancellationToken);
        }

        await output.CompleteAsync();
        return await ReadAsync(pipe);
    }

    private static async Task<string> ReadAsync(Pipe pipe)
    {
        using var read = new MemoryStream();
        await pipe.Reader.CopyToAsync(read, TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(read.ToArray());
    }
}
