using System.Text;
using System.Text.Json;
using CsCheck;
using EventGateway.CloudEvents.Buffers;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents.Buffers;

/// <summary>Long texts, which are written in pieces.</summary>
public sealed class JsonLongTextTests
{
    private static readonly string[] Texts = ["a", "é", "€", "😀", "\n\"\\", "\0"];

    [Fact]
    public void Any_text_is_read_as_it_was_written()
    {
        // Characters of one to four bytes at any place, so that pieces end within some.
        Gen.Select(Gen.Int[0, 30_000], Gen.Int[0, Texts.Length - 1]).Sample((length, which) =>
        {
            var text = Texts[which];
            var expected = new string('x', length % 5) + string.Concat(Enumerable.Repeat(text, length / text.Length));
            using var buffer = new PooledBuffer();
            JsonOutput.Write(buffer, Encoding.UTF8.GetBytes(expected), static (writer, bytes) =>
            {
                writer.WriteStartObject();
                writer.WriteLongString("text"u8, bytes);
                writer.WriteNumber("after"u8, 1);
                writer.WriteEndObject();
            });

            var json = JsonDocument.Parse(buffer.WrittenMemory).RootElement;
            json.GetProperty("text").GetString().ShouldBe(expected);
            json.GetProperty("after").GetInt32().ShouldBe(1);
        }, iter: 300);
    }
}
