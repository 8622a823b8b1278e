using System.Buffers;
using System.Buffers.Text;
using System.Text;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Functions.Http.Signing;

/// <summary>Signs requests as Standard Webhooks describe it, once with each key that has not expired.</summary>
/// <param name="keys">The keys, at most <see cref="MaxKeys"/>. During a rotation a receiver may know any of them.</param>
/// <param name="timeProvider">The clock of the timestamps, and of the keys that expire.</param>
internal sealed class WebhookSigner((WebhookKey Key, DateTimeOffset? ExpiresAt)[] keys, TimeProvider timeProvider)
{
    /// <summary>The maximum number of keys. Each costs a part of the header and of the time of a call.</summary>
    public const int MaxKeys = 10;

    private const int MaxSignatureBytes = 64;
    private const int MaxTimestampDigits = 20;

    // A space, the version, and the base64 of the longest signature.
    private const int MaxSignatureChars = 1 + 4 + 88;

    /// <summary>Returns whether a key signs no more.</summary>
    /// <param name="expiresAt">From when on it does not. Null means that it does not expire.</param>
    public static bool HasExpired(DateTimeOffset? expiresAt, DateTimeOffset time) => expiresAt <= time;

    /// <summary>Adds the headers of a signed request.</summary>
    /// <param name="id">The event's id.</param>
    /// <param name="body">The body that is sent.</param>
    public void Sign(HttpRequestMessage request, string id, ReadOnlySpan<byte> body)
    {
        // The signature covers the id as the header has it.
        id = PercentEncoding.EncodeHeader(id);
        var time = timeProvider.GetUtcNow();
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", time.ToUnixTimeSeconds().ToString());
        request.Headers.TryAddWithoutValidation("webhook-signature", Sign(id, time, body));
    }

    /// <summary>Returns the value of <c>webhook-signature</c>.</summary>
    /// <param name="id">The id, printable ASCII.</param>
    /// <param name="time">The time of the timestamp, in whole seconds. Keys that have expired by then do not sign.</param>
    public string Sign(string id, DateTimeOffset time, ReadOnlySpan<byte> body)
    {
        var rented = ArrayPool<byte>.Shared.Rent(id.Length + MaxTimestampDigits + 2 + body.Length);
        var length = Encoding.ASCII.GetBytes(id, rented);
        rented[length++] = (byte)'.';
        Utf8Formatter.TryFormat(time.ToUnixTimeSeconds(), rented.AsSpan(length), out var digits);
        length += digits;
        rented[length++] = (byte)'.';
        body.CopyTo(rented.AsSpan(length));
        var signatures = Sign(time, rented.AsSpan(0, length + body.Length));
        ArrayPool<byte>.Shared.Return(rented);
        return signatures;
    }

    private string Sign(DateTimeOffset time, ReadOnlySpan<byte> content)
    {
        Span<byte> signature = stackalloc byte[MaxSignatureBytes];
        Span<char> all = stackalloc char[MaxKeys * MaxSignatureChars];
        var length = 0;
        foreach (var (key, expiresAt) in keys)
        {
            if (HasExpired(expiresAt, time))
            {
                continue;
            }

            if (length > 0)
            {
                all[length++] = ' ';
            }

            length += Write(key, content, signature, all[length..]);
        }

        return new string(all[..length]);
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
