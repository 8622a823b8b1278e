using System.Net.Security;
using System.Text;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>Sends any bytes over HTTP/1.1 and reads all answers on the connection.</summary>
internal static class Http1Answers
{
    private static CancellationToken Test => TestContext.Current.CancellationToken;

    /// <summary>Sends bytes and reads the first answer, then sends no more and reads the other answers.</summary>
    /// <remarks>Kestrel aborts the requests of a client that has closed its direction, so the first answer must come before.</remarks>
    public static async Task<List<(string Head, string Body)>> SendAsync(RawHttpClient client, string bytes)
    {
        await using var connection = await client.ConnectAsync(Test);
        using var received = new MemoryStream();
        try
        {
            await connection.WriteAsync(Encoding.Latin1.GetBytes(bytes), Test);
            var buffer = new byte[16 * 1024];
            for (var read = -1; read != 0 && Split(received).Count == 0;)
            {
                read = await connection.ReadAsync(buffer, Test);
                received.Write(buffer.AsSpan(0, read));
            }

            await ((SslStream)connection).ShutdownAsync();
            await connection.CopyToAsync(received, Test);
        }
        catch (IOException)
        {
            // The gateway closed the connection before it read everything.
        }

        return Split(received);
    }

    // Each answer has a Content-Length. Only the last one can be to HEAD.
    private static List<(string Head, string Body)> Split(MemoryStream received)
    {
        var rest = Encoding.UTF8.GetString(received.ToArray());
        var answers = new List<(string, string)>();
        while (rest.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4 is > 3 and var end)
        {
            var length = int.Parse(rest.Split("Content-Length: ")[1].Split("\r\n")[0]);
            var next = Math.Min(rest.Length, end + length);
            answers.Add((rest[..end], rest[end..next]));
            rest = rest[next..];
        }

        return answers;
    }
}
