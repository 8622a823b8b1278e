using System.Text;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>A request that is sent unchanged and unchecked. Only <c>Host</c> and the body's length are added.</summary>
internal sealed record RawRequest(string Method, string Path)
{
    /// <summary>The value of <c>Host</c>. Default: the value in the recorded cases.</summary>
    public string Host { get; init; } = "gateway.local";

    /// <summary>The header lines, without <c>Host</c>.</summary>
    public IReadOnlyList<HttpField> Headers { get; init; } = [];

    /// <summary>The body. Null means that neither a body nor its length is sent.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Whether the body is sent in chunks, without its length.</summary>
    public bool Chunked { get; init; }

    /// <summary>Returns a request with a JSON body.</summary>
    public static RawRequest Json(string method, string path, string json) => With(method, path, "application/json", json);

    /// <summary>Returns a request with a body of a media type.</summary>
    public static RawRequest With(string method, string path, string contentType, string body, params HttpField[] headers) => new(method, path)
    {
        Headers = [new HttpField("Content-Type", contentType), .. headers],
        Body = Encoding.UTF8.GetBytes(body),
    };

    /// <summary>Returns the bytes of the request.</summary>
    public byte[] ToBytes()
    {
        var head = new StringBuilder();
        head.Append(Method).Append(' ').Append(Path).Append(" HTTP/1.1\r\nHost: ").Append(Host).Append("\r\n");
        foreach (var (name, value) in Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        if (Body is not null)
        {
            head.Append(Chunked ? "Transfer-Encoding: chunked\r\n" : $"Content-Length: {Body.Length}\r\n");
        }

        using var bytes = new MemoryStream();
        bytes.Write(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()));
        if (Body is not null && Chunked)
        {
            WriteChunks(bytes, Body);
        }
        else
        {
            bytes.Write(Body);
        }

        return bytes.ToArray();
    }

    private static void WriteChunks(MemoryStream bytes, byte[] body)
    {
        foreach (var part in body.Chunk(Math.Max(1, (body.Length + 1) / 2)))
        {
            bytes.Write(Encoding.ASCII.GetBytes($"{part.Length:x}\r\n"));
            bytes.Write(part);
            bytes.Write("\r\n"u8);
        }

        bytes.Write("0\r\n\r\n"u8);
    }
}
