namespace EventGateway.Tests.Engine.Functions;

/// <summary>A request that a function got.</summary>
/// <param name="Method">The method.</param>
/// <param name="Url">The URL, as it was written.</param>
/// <param name="Headers">The headers, those of the body too.</param>
/// <param name="Body">The body. Null: none.</param>
internal sealed record PlayedRequest(string Method, string Url, IReadOnlyDictionary<string, string> Headers, string? Body);
