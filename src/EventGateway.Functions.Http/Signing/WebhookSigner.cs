using System.Buffers;
using System.Buffers.Text;
using System.Text;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Functions.Http.Signing;

/// <summary>Signs requests as Standard Webhooks describe it, once with each key.</summary>
/// <param name="keys">The keys. During a rotation a receiver may know any of them.</param>
/// <param name="timeProvider">The clock of the timestamps.</param>
internal sealed class WebhookSigner(WebhookKey[] keys, TimeProvider timeProvider)
{
    private const int MaxSignatureBytes = 64;
    private const int MaxTimestampDigits = 20;

    /// <summary>Adds the headers of a signed request.</summary>
    /// <param name="id">The event's id.</param>
    /// <param name="body">The body that is sent.</param>
    public void Sign(HttpRequestMessage request, string id, ReadOnlySpan<byte> body)
    {
        // The signature covers the id as the header has it.
        id = PercentEncoding.EncodeHeader(id);
        var timestamp = timeProvider.GetUtcNow().ToUnixTimeSeconds();
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp.ToString());
        request.Headers.TryAddWithoutValidation("webhook-signature", Sign(id, timestamp, body));
    }

    /// <summary>Returns the value of <c>webhook-signature</c>.</summary>
    /// <param name="id">The id, printable ASCII.</param>
    /// <param name="timestamp">Seconds since 1970.</param>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        var rented = ArrayPool<byte>.Shared.Rent(id.Length + MaxTimestampDigits + 2 + body.Length);
        var length = Encoding.ASCII.GetBytes(id, rented);
        rented[length++] = (byte)'.';
        Utf8Formatter.TryFormat(timestamp, rented.AsSpan(length), out var digits);
        length += digits;
        rented[length++] = (byte)'.';
        body.CopyTo(rented.AsSpan(length));
        var signatures = Sign(rented.AsSpan(0, length + body.Length));
        ArrayPool<byte>.Shared.Return(rented);
        return signatures;
    }

    private string Sign(ReadOnlySpan<byte> content)
    {
        Span<byte> signature = stackalloc byte[MaxSignatureBytes];
        Span<char> first = stackalloc char[128];
        var length = Write(keys[0], content, signature, first);
        if (keys.Length == 1)
        {
            return new string(first[..length]);
        }

        var all = new StringBuilder(128 * keys.Length).Append(first[..length]);
        foreach (var key in keys.AsSpan(1))
        {
            length = Write(key, content, signature, first);
            all.Append(' ').Append(first[..length]);
        }

        return all.ToString();
    }

    private static int Write(WebhookKey key, ReadOnlySpan<byte> content, Span<byte> signature, Span<char> text)
    {
        signature = signature[..key.SignatureBytes];
        key.Sign(content, signature);
        key.Version.CopyTo(text);
        Convert.TryToBase64Chars(signature, text[key.Version.Length..], out var written);
        return key.Version.Length + written;
    }
}
