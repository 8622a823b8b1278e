using System.Text;

namespace EventGateway.AcceptanceTests.Wire;

/// <summary>Creates random requests: valid requests of a corpus with random changes, and random bytes.</summary>
internal sealed class FuzzInput(Random random)
{
    private const string Event = """{"specversion":"1.0","id":"MARK","source":"/MARK","type":"made","data":{"a":[1,"MARK"]}}""";

    private static readonly string[] Corpus =
    [
        "GET /r/MARK?x=MARK HTTP/1.1\r\nHost: a\r\nX-Mark: MARK\r\n\r\n",
        "POST /r/MARK HTTP/1.1\r\nHost: a\r\nContent-Length: 14\r\nX-Mark: MARK\r\n\r\nMARK",
        "PUT /r/MARK HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\ne;x=y\r\nMARK\r\n0\r\nX-T: MARK\r\n\r\n",
        "POST /e/MARK HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n\"MARK\"",
        $"POST /e/x HTTP/1.1\r\nHost: a\r\nContent-Type: application/cloudevents+json\r\nContent-Length: {Event.Length + 30}\r\n\r\n{Event}",
        $"POST /e/x HTTP/1.1\r\nHost: a\r\nContent-Type: application/cloudevents-batch+json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[\r\n{Event.Length + 30:x}\r\n{Event}\r\n1\r\n]\r\n0\r\n\r\n",
        "POST /e/x HTTP/1.1\r\nHost: a\r\nce-specversion: 1.0\r\nce-id: MARK\r\nce-source: /MARK\r\nce-type: made\r\nce-own: %41MARK\r\nContent-Length: 2\r\n\r\n{}",
        "POST /e/x HTTP/1.1\r\nHost: a\r\nCE-EventType: made\r\nCE-CloudEventsVersion: 0.1\r\nCE-Source: /MARK\r\nCE-EventID: MARK\r\nContent-Length: 0\r\n\r\n",
        "POST /e/x HTTP/1.1\r\nHost: a\r\nEvent: made\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 14\r\n\r\nMARK",
        "POST /stream HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nX-Mark: MARK\r\nContent-Length: 3\r\n\r\nabc",
        "OPTIONS /r/a HTTP/1.1\r\nHost: a\r\nOrigin: https://MARK\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: x-MARK, b\r\n\r\n",
        "GET https://a/r/MARK?x HTTP/1.1\r\nHost: a\r\nConnection: X-Mark, keep-alive\r\nX-Mark: MARK\r\nTE: trailers\r\n\r\n",
        "GET /r/MARK HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Mark: MARK\r\n\r\n",
        "GET /r/MARK HTTP/1.1\r\nHost: a\r\nVia: 1.1 x\r\nForwarded: for=MARK\r\nX-Forwarded-For: MARK\r\nCookie: a=MARK\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n",
        "GET /v1/spaces/default/functions?limit=2&metadata.a=MARK HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: \"1\"\r\n\r\n",
        "POST /v1/spaces/default/eventtypes HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 37\r\n\r\n{\"name\":\"a b\",\"authorizerId\":\"absent\"}",
        "PUT /v1/spaces/default/functions/none HTTP/1.1\r\nHost: localhost\r\nIf-Match: \"1\"\r\nContent-Length: 62\r\n\r\n{\"type\":\"builtin\",\"provider\":{\"name\":\"echo\"},\"metadata\":{\"a\":1}}",
        "GET /v1/spaces/default/events?from=2026-01-01T00:00:00Z&limit=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /v1/spaces/default/subscriptions/c3luYw HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /openapi/v1.json HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ];

    private static readonly string[] Fragments =
    [
        "\r\n", "\n", "\r", "\0", " ", "\t", "\r\n\r\n", ":", "%", "%00", "%2e%2e", "..", "/../", "//", "\\", "?", "#", ";", ",", "\"", "*",
        "\u00c3\u00a9", "\u00ff", "\u0080", "\u00ed\u00a0\u0080", "\u00c0\u00ae", "\u001b[31m", "Content-Length: 0\r\n", "Content-Length: 5\r\n", "Content-Length: -1\r\n",
        "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: identity\r\n", "Host: b\r\n", "FFFFFFFFFFFFFFFFF", "18446744073709551616", "-1", "0\r\n\r\n",
        "HTTP/1.0", "HTTP/2.0", " HTTP/1.1", "[", "{", "null", "1e999", "\\ud800", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ];

    /// <summary>Returns one of several values.</summary>
    public T Pick<T>(params ReadOnlySpan<T> values) => values[random.Next(values.Length)];

    /// <summary>Returns a number from 0 to below the bound.</summary>
    public int Next(int bound) => random.Next(bound);

    /// <summary>Returns random bytes. Each character is one byte.</summary>
    public string Noise(int maxLength) => string.Create(random.Next(maxLength + 1), random, static (span, random) =>
    {
        foreach (ref var character in span)
        {
            character = (char)random.Next(256);
        }
    });

    /// <summary>Returns the bytes to send over one HTTP/1.1 connection: one or three requests with random changes, or noise.</summary>
    public string Http1(string mark)
    {
        if (random.Next(20) == 0)
        {
            return Noise(400);
        }

        var text = new StringBuilder();
        for (var i = random.Next(4) == 0 ? 3 : 1; i > 0; i--)
        {
            text.Append(Change(Request(mark)));
        }

        return text.ToString();
    }

    /// <summary>Returns a request of the corpus.</summary>
    public string Request(string mark)
    {
        var text = Pick(Corpus).Replace("MARK", mark, StringComparison.Ordinal);
        return random.Next(3) == 0 ? text.Replace("/r/", "/h2/", StringComparison.Ordinal) : text;
    }

    /// <summary>Changes a text in up to four places. About one text in four stays unchanged.</summary>
    public string Change(string text)
    {
        for (var i = random.Next(4) == 0 ? 0 : random.Next(1, 5); i > 0; i--)
        {
            var at = random.Next(text.Length + 1);
            var end = Math.Min(text.Length, at + random.Next(1, 20));
            text = random.Next(8) switch
            {
                0 or 1 => text.Insert(at, Pick(Fragments)),
                2 => text[..at] + Pick(Fragments) + text[end..],
                3 => text[..at] + text[end..],
                4 => text.Insert(at, text[at..end]),
                5 => text[..at] + Noise(8) + text[at..],
                6 => at == text.Length ? text : text[..at] + (char)(text[at] ^ (1 << random.Next(8))) + text[(at + 1)..],
                _ => random.Next(4) == 0 ? text[..at] : text.Insert(at, new string(Pick('a', '/', '%', ' ', '\u00e9'), random.Next(3000))),
            };
        }

        return text;
    }
}
