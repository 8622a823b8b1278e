using System.Buffers;
using System.Globalization;
using System.Text;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>The request is not valid HTTP/1.1.</summary>
internal sealed class MalformedRequestException(string message) : Exception(message);

/// <summary>A well-formed request. Each character is one byte.</summary>
internal sealed record StrictRequest(string Method, string Target, IReadOnlyList<HttpField> Headers, byte[] Body);

/// <summary>Reads HTTP/1.1 requests strictly according to RFC 9110, 9112 and 3986. It corrects and ignores no error.</summary>
internal sealed class StrictRequestReader(Stream stream)
{
    private const string Token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(Token);
    private static readonly SearchValues<char> TargetCharacters = SearchValues.Create(
        "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!$&'()*+,;=:@/?%");

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>Reads a request. Returns null when the connection closed before a request began.</summary>
    public async Task<StrictRequest?> ReadAsync(CancellationToken cancellationToken)
    {
        if (await ReadLineAsync(atStart: true, cancellationToken) is not { } line)
        {
            return null;
        }

        var parts = line.Split(' ');
        Require(parts.Length == 3, $"The request line has {parts.Length} parts: {Show(line)}");
        Require(IsToken(parts[0]), $"The method is not a token: {Show(line)}");
        Require(IsTarget(parts[1]), $"The target is not in origin form: {Show(line)}");
        Require(parts[2] == "HTTP/1.1", $"The version is unknown: {Show(line)}");
        var headers = await ReadFieldsAsync(cancellationToken);
        Require(headers.Count(static h => h.Name.Equals("Host", StringComparison.OrdinalIgnoreCase)) == 1, "The request does not have exactly one Host header.");
        return new StrictRequest(parts[0], parts[1], headers, await ReadBodyAsync(headers, cancellationToken));
    }

    /// <summary>Returns the first error in the method, the target or the headers of a request. Returns null when they are valid.</summary>
    public static string? FindFault(StrictRequest request) =>
        !IsToken(request.Method) ? $"The method is not a token: {Show(request.Method)}"
        : !IsTarget(request.Target) ? $"The target is not in origin form: {Show(request.Target)}"
        : request.Headers.FirstOrDefault(static h => !IsToken(h.Name) || !IsValue(h.Value)) is { Name: not null } header ? $"A header is malformed: {Show(header.ToString())}"
        : null;

    private async Task<List<HttpField>> ReadFieldsAsync(CancellationToken cancellationToken)
    {
        var fields = new List<HttpField>();
        while (await ReadLineAsync(atStart: false, cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            Require(colon > 0 && IsToken(line[..colon]), $"The name of a header is not a token: {Show(line)}");
            var value = line[(colon + 1)..].Trim(' ', '\t');
            Require(IsValue(value), $"A header contains a control character: {Show(line)}");
            fields.Add(new HttpField(line[..colon], value));
        }

        return fields;
    }

    private async Task<byte[]> ReadBodyAsync(List<HttpField> headers, CancellationToken cancellationToken)
    {
        var (length, coding) = (headers.Find("Content-Length"), headers.Find("Transfer-Encoding"));
        Require(length is null || coding is null, "The request has both Content-Length and Transfer-Encoding.");
        if (coding is null)
        {
            Require(length is null || (length.Length > 0 && length.All(char.IsAsciiDigit)), $"Content-Length is not a number: {length}");
            return length is null ? [] : await ReadBytesAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellationToken);
        }

        Require(coding.Equals("chunked", StringComparison.OrdinalIgnoreCase), $"Transfer-Encoding is unknown: {coding}");
        using var body = new MemoryStream();
        while (true)
        {
            var line = await ReadLineAsync(atStart: false, cancellationToken) ?? "";
            Require(line.Length is > 0 and < 8 && line.All(char.IsAsciiHexDigit), $"The size of a chunk is not a number: {Show(line)}");
            var size = int.Parse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                await ReadFieldsAsync(cancellationToken);
                return body.ToArray();
            }

            body.Write(await ReadBytesAsync(size, cancellationToken));
            Require(await ReadLineAsync(atStart: false, cancellationToken) is "", "A chunk is longer than its size.");
        }
    }

    // The gateway may abort a request anywhere. That is an EndOfStreamException, not a malformed request.
    private async Task<string?> ReadLineAsync(bool atStart, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                return atStart && line.Length == 0 ? null : throw new EndOfStreamException("The connection closed within a request.");
            }

            var octet = _buffer[_start++];
            if (octet == '\n')
            {
                Require(line.Length > 0 && line[^1] == '\r', $"A line ends without CR: {Show(line.ToString())}");
                return line.ToString(0, line.Length - 1);
            }

            Require(line.Length == 0 || line[^1] != '\r', $"A line contains CR: {Show(line.ToString())}");
            line.Append((char)octet);
        }
    }

    private async Task<byte[]> ReadBytesAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            if (_start == _end && !await FillAsync(cancellationToken))
            {
                throw new EndOfStreamException("The connection closed within a body.");
            }

            var copied = Math.Min(count - read, _end - _start);
            _buffer.AsSpan(_start, copied).CopyTo(bytes.AsSpan(read));
            (_start, read) = (_start + copied, read + copied);
        }

        return bytes;
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        (_start, _end) = (0, await stream.ReadAsync(_buffer, cancellationToken));
        return _end > 0;
    }

    private static bool IsValue(string text) => text.All(static c => c is '\t' or (>= ' ' and not '\x7f'));

    private static bool IsToken(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(TokenCharacters);

    private static bool IsTarget(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                return false;
            }
        }

        return text.StartsWith('/') && !text.AsSpan().ContainsAnyExcept(TargetCharacters);
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new MalformedRequestException(message);
        }
    }

    private static string Show(string line) => Convert.ToHexString(Encoding.Latin1.GetBytes(line.Length > 200 ? line[..200] : line)) + " " + line;
}
