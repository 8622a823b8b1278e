using System.Text;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.CloudEvents;

namespace EventGateway.Engine.Functions;

/// <summary>
/// The beginning of a function's answer that may be kept with an attempt, a dead letter or a system event. All of it when the call
/// had no secret. Otherwise nothing, unless the subscription asks for it: then the secrets are masked. The log gets fewer bytes, with
/// the secrets masked, unless the subscription forbids it.
/// </summary>
public static class AnswerExcerpt
{
    /// <summary>Says that an answer was not kept.</summary>
    internal const string NotKept = "Its answer is not kept, since a secret was sent; see delivery.keepAnswers.";

    private const string NotLogged = "(not shown, since secrets were sent)";
    private const int LoggedBytes = 200;

    // A search takes time for each byte, while the sender of a sync event waits.
    private const int MaxSearchedBytes = 4 * 1024;

    // A search takes time for each secret, and the sender chooses how many the event has.
    private const int MaxCredentials = 64;

    /// <summary>Reads the answer.</summary>
    /// <param name="result">The result of the call.</param>
    /// <param name="sent">The event that was sent, whose sender's credentials are secrets too.</param>
    /// <param name="settings">The subscription's settings.</param>
    /// <param name="maxBytes">How many bytes from its beginning to keep.</param>
    /// <returns>The bytes to keep, or null when nothing may be kept.</returns>
    internal static ReadOnlyMemory<byte>? Read(FunctionResult result, EventPayload sent, DeliverySettings? settings, int maxBytes)
    {
        var body = result.Body[..Math.Min(result.Body.Length, maxBytes)];
        if (body.IsEmpty)
        {
            return body;
        }

        var mayMask = settings?.KeepAnswers is true && body.Length <= MaxSearchedBytes;
        if (result.Redaction is not null && !mayMask)
        {
            return null;
        }

        var credentials = FindCredentials(sent);
        if (result.Redaction is null && credentials.Length == 0)
        {
            return body;
        }

        return mayMask ? Mask(result, body, credentials) : null;
    }

    /// <summary>Describes the beginning of a malformed answer for the log.</summary>
    /// <param name="result">The result of the call.</param>
    /// <param name="sent">The event that was sent, whose sender's credentials are secrets too.</param>
    /// <param name="settings">The subscription's settings.</param>
    public static string Describe(FunctionResult result, EventPayload sent, DeliverySettings? settings)
    {
        ArgumentNullException.ThrowIfNull(result);
        var body = result.Body[..Math.Min(result.Body.Length, LoggedBytes)];
        var credentials = FindCredentials(sent);
        var hasSecrets = result.Redaction is not null || credentials.Length > 0;
        var masked = hasSecrets && settings?.KeepAnswers is false ? null : Mask(result, body, credentials);
        return masked is { } shown ? Encoding.UTF8.GetString(shown.Span) : NotLogged;
    }

    private static ReadOnlyMemory<byte>? Mask(FunctionResult result, ReadOnlyMemory<byte> body, string[] credentials)
    {
        if (credentials.Length > MaxCredentials)
        {
            return null;
        }

        var kept = body.ToArray();
        var redaction = credentials.Length == 0 ? result.Redaction : Redaction.With(result.Redaction, credentials);
        redaction?.Apply(kept);
        return kept;
    }

    private static string[] FindCredentials(EventPayload sent) => [.. CredentialsOf(sent).Distinct(StringComparer.Ordinal).Take(MaxCredentials + 1)];

    private static IEnumerable<string> CredentialsOf(EventPayload sent)
    {
        foreach (var (name, value) in sent.Headers ?? [])
        {
            if (CredentialNames.IsHeader(name))
            {
                yield return value;
            }
        }

        foreach (var credential in EventCredentials.Find(sent.Body.Span))
        {
            yield return credential;
        }
    }
}
