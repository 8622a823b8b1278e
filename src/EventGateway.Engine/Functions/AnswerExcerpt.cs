using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.CloudEvents;

namespace EventGateway.Engine.Functions;

/// <summary>
/// What may be kept of a function's answer: with an attempt, in a dead letter, in a system event. Everything, when the call held no
/// secret; otherwise nothing, unless the subscription asks for it, and then with the secrets masked.
/// </summary>
internal static class AnswerExcerpt
{
    /// <summary>Says that an answer was not kept.</summary>
    public const string NotKept = "Its answer is not kept, since a secret was sent; see delivery.keepAnswers.";

    // A search takes time for each byte, while the sender of a sync event waits.
    private const int MostSearched = 4 * 1024;

    // A search takes time for each secret, and the sender chooses how many the event has.
    private const int MostCredentials = 64;

    /// <summary>Reads the answer.</summary>
    /// <param name="result">The result of the call.</param>
    /// <param name="sent">The event that was sent, whose sender's credentials are secrets too.</param>
    /// <param name="settings">The subscription's settings.</param>
    /// <param name="most">How many bytes from its beginning to keep.</param>
    /// <returns>The bytes to keep, or null when nothing may be kept.</returns>
    public static ReadOnlyMemory<byte>? Read(FunctionResult result, EventPayload sent, DeliverySettings? settings, int most)
    {
        var body = result.Body[..Math.Min(result.Body.Length, most)];
        if (body.IsEmpty)
        {
            return body;
        }

        var mayMask = settings?.KeepAnswers is true && body.Length <= MostSearched;
        if (result.Redaction is not null && !mayMask)
        {
            return null;
        }

        string[] credentials = [.. CredentialsOf(sent).Distinct(StringComparer.Ordinal).Take(MostCredentials + 1)];
        if (result.Redaction is null && credentials.Length == 0)
        {
            return body;
        }

        if (!mayMask || credentials.Length > MostCredentials)
        {
            return null;
        }

        var kept = body.ToArray();
        var redaction = credentials.Length == 0 ? result.Redaction : Redaction.With(result.Redaction, credentials);
        redaction?.Apply(kept);
        return kept;
    }

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
