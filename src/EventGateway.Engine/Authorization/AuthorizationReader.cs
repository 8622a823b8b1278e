using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace EventGateway.Engine.Authorization;

/// <summary>
/// Reads the answer of an authorizer: <c>{"authorization": {"principalId", "context"}}</c> or
/// <c>{"error": {"message"}}</c>, either with <c>cacheFor</c>.
/// </summary>
public static class AuthorizationReader
{
    /// <summary>The maximum time that a decision is kept: an hour.</summary>
    public static readonly TimeSpan MaxCacheFor = TimeSpan.FromHours(1);

    /// <summary>Reads an answer.</summary>
    /// <param name="json">The body of the function's answer.</param>
    /// <param name="problem">What is wrong with the answer, for the operator. Null when nothing is.</param>
    /// <returns>The decision. A refusal when the answer has neither form, so that a broken authorizer lets no event in.</returns>
    public static AuthorizationDecision Read(ReadOnlySpan<byte> json, out string? problem)
    {
        Document? document;
        try
        {
            document = JsonSerializer.Deserialize(json, AuthorizationJson.Default.Document);
        }
        catch (JsonException exception)
        {
            // The exception's message may contain parts of the answer.
            problem = $"its answer can't be read, at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}";
            return AuthorizationDecision.Refused(AuthorizationDecision.NotAuthorized);
        }

        problem = null;
        if (!TryReadDuration(document?.CacheFor, out var cacheFor))
        {
            problem = $"its cacheFor is no ISO 8601 duration from PT0S to {XmlConvert.ToString(MaxCacheFor)}";
        }

        if (document?.Error is { } error)
        {
            var refused = AuthorizationDecision.Refused(string.IsNullOrEmpty(error.Message) ? AuthorizationDecision.NotAuthorized : error.Message);
            return refused with { CacheFor = cacheFor };
        }

        if (document?.Authorization is not { } authorization)
        {
            problem = "its answer has neither \"authorization\" nor \"error\"";
            return AuthorizationDecision.Refused(AuthorizationDecision.NotAuthorized);
        }

        var allowed = AuthorizationDecision.Allowed(JsonSerializer.SerializeToUtf8Bytes(authorization, AuthorizationJson.Default.Authorization));
        return allowed with { CacheFor = cacheFor };
    }

    private static bool TryReadDuration(string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is null)
        {
            return true;
        }

        try
        {
            var read = XmlConvert.ToTimeSpan(text);
            if (read < TimeSpan.Zero || read > MaxCacheFor)
            {
                return false;
            }

            duration = read;
            return true;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return false;
        }
    }

    internal sealed record Document(Authorization? Authorization, Error? Error, string? CacheFor);

    internal sealed record Authorization
    {
        public string PrincipalId { get; set; } = string.Empty;

        public Dictionary<string, string?>? Context { get; init; }
    }

    internal sealed record Error(string? Message);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true)]
[JsonSerializable(typeof(AuthorizationReader.Document))]
internal sealed partial class AuthorizationJson : JsonSerializerContext;
