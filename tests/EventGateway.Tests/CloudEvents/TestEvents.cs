using System.Text;

namespace EventGateway.Tests.CloudEvents;

internal static class TestEvents
{
    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
