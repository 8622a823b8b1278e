using System.IO.Compression;

namespace EventGateway.TestSupport;

/// <summary>Compresses bodies as clients and functions do.</summary>
internal static class Coded
{
    /// <summary>Returns a body with these codings, the first one applied first.</summary>
    /// <param name="codings">Names of codings. <c>raw deflate</c> is deflate without the zlib format, which some servers send.</param>
    public static byte[] With(ReadOnlySpan<byte> body, params string[] codings)
    {
        var bytes = body.ToArray();
        foreach (var coding in codings)
        {
            var coded = new MemoryStream();
            using (Stream stream = coding.ToUpperInvariant() switch
            {
                "GZIP" or "X-GZIP" => new GZipStream(coded, CompressionLevel.Fastest, leaveOpen: true),
                "BR" => new BrotliStream(coded, CompressionLevel.Fastest, leaveOpen: true),
                "DEFLATE" => new ZLibStream(coded, CompressionLevel.Fastest, leaveOpen: true),
                "RAW DEFLATE" => new DeflateStream(coded, CompressionLevel.Fastest, leaveOpen: true),
                _ => throw new ArgumentException($"{coding} is no coding.", nameof(codings)),
            })
            {
                stream.Write(bytes);
            }

            bytes = coded.ToArray();
        }

        return bytes;
    }

    /// <summary>Returns the name of a coding in <c>Content-Encoding</c>.</summary>
    public static string Header(string coding) => coding is "raw deflate" ? "deflate" : coding;
}
