using Microsoft.Extensions.Primitives;

namespace EventGateway.Engine.Functions;

/// <summary>
/// The HTTP response that a sync function's answer describes: <c>{"statusCode": 200, "headers": {}, "body": ""}</c>.
/// It is safe to write unchanged, whatever the function sent.
/// </summary>
/// <param name="StatusCode">The status, 200 to 999.</param>
/// <param name="Headers">Headers with valid names and values, each name once, a line for each value; none that frame the response.</param>
/// <param name="Body">The body; memory of the function's answer or of the buffer that it was parsed with.</param>
public sealed record ResponseObject(int StatusCode, IReadOnlyList<KeyValuePair<string, StringValues>> Headers, ReadOnlyMemory<byte> Body);
