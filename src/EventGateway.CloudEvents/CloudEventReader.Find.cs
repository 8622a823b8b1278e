using System.Text.Json;
using System.Text.Unicode;

namespace EventGateway.CloudEvents;

// Finds events in documents that may be something else.
public static partial class CloudEventReader
{
    private delegate T MembersReader<out T>(in JsonMembers members);

    /// <summary>Returns the event in a document, or null when the document is not a valid event.</summary>
    /// <param name="json">The document in UTF-8.</param>
    /// <param name="limit">The maximum depth of the data.</param>
    public static CloudEvent? FindEvent(ReadOnlyMemory<byte> json, JsonDepthLimit limit) => UseMembers(json, limit, default(CloudEvent), static (in JsonMembers members) =>
    {
        var errors = default(ReadErrors);
        return FindVersion(members) switch
        {
            SpecVersion.V1 => StructuredV1.Read(members, ref errors),
            SpecVersion.V01 => StructuredV01.Read(members, ref errors),
            _ => null,
        };
    });

    /// <summary>Returns whether a document looks like an event, valid or not: it has a version and another required attribute.</summary>
    /// <param name="json">The document in UTF-8.</param>
    public static bool LooksLikeEvent(ReadOnlyMemory<byte> json) => UseMembers(json, JsonDepthLimit.None, false, static (in JsonMembers members) =>
    {
        var (hasVersion, hasOther) = (false, false);
        for (var i = 0; i < members.Count; i++)
        {
            hasVersion |= members.IsNamed(i, "specversion"u8) || members.IsNamed(i, "cloudEventsVersion"u8, ignoreCase: true);
            hasOther |= members.IsNamed(i, "type"u8) || members.IsNamed(i, "id"u8) || members.IsNamed(i, "source"u8, ignoreCase: true)
                || members.IsNamed(i, "eventType"u8, ignoreCase: true) || members.IsNamed(i, "eventID"u8, ignoreCase: true);
        }

        return hasVersion && hasOther;
    });

    // Returns the second value when the document is not an object.
    private static T UseMembers<T>(ReadOnlyMemory<byte> json, JsonDepthLimit limit, T otherwise, MembersReader<T> read)
    {
        if (!Utf8.IsValid(json.Span))
        {
            return otherwise;
        }

        try
        {
            if (!JsonMembers.TryReadDocument(json, out var members, limit.Around(1)))
            {
                return otherwise;
            }

            using (members)
            {
                return read(members);
            }
        }
        catch (JsonException)
        {
            return otherwise;
        }
    }
}
