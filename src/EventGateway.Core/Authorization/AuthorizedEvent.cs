using EventGateway.Core.Buffers;
using EventGateway.Core.CloudEvents;

namespace EventGateway.Core.Authorization;

/// <summary>
/// What an event carries about its authorization: in 1.0 the extension <c>eventgatewayauthorization</c>, a string that holds
/// the JSON, in 0.1 the member <c>authorization</c> of the extension <c>eventgateway</c>.
/// </summary>
public static class AuthorizedEvent
{
    private const string Gateway = "eventgateway";
    private const string Member = "authorization";
    private const string Flat = Gateway + Member;

    /// <summary>The event with an authorization, in place of one that it has.</summary>
    /// <param name="cloudEvent">The event.</param>
    /// <param name="authorization">The authorization as JSON; memory that nobody reuses.</param>
    public static CloudEvent With(CloudEvent cloudEvent, ReadOnlyMemory<byte> authorization)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        var extensions = new List<CloudEventExtension>(cloudEvent.Extensions.Count + 1);
        var facts = default(ReadOnlyMemory<byte>);
        foreach (var extension in cloudEvent.Extensions)
        {
            if (cloudEvent.SpecVersion is SpecVersion.V01 && extension.Name == Gateway)
            {
                facts = extension.Json;
            }
            else if (extension.Name != Flat)
            {
                extensions.Add(extension);
            }
        }

        extensions.Add(cloudEvent.SpecVersion is SpecVersion.V01
            ? new(Gateway, Nest(facts, authorization))
            : new(Flat, JsonText.Quote(authorization.Span)));
        return cloudEvent with { Extensions = extensions };
    }

    /// <summary>The event without the authorization that its sender may have put into it: only an authorizer says that.</summary>
    /// <param name="cloudEvent">The event as it came in.</param>
    /// <returns>The event itself where it has none.</returns>
    public static CloudEvent WithoutClaims(CloudEvent cloudEvent)
    {
        ArgumentNullException.ThrowIfNull(cloudEvent);
        var extensions = cloudEvent.Extensions;
        for (var i = 0; i < extensions.Count; i++)
        {
            // Names of 0.1 may be written in other ways that become the same name in 1.0.
            if (extensions[i].Name.StartsWith(Gateway, StringComparison.OrdinalIgnoreCase))
            {
                return cloudEvent with { Extensions = [.. extensions.Where(IsHarmless).Select(Strip)] };
            }
        }

        return cloudEvent;
    }

    private static bool IsHarmless(CloudEventExtension extension) =>
        !extension.Name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant).SequenceEqual(Flat);

    private static CloudEventExtension Strip(CloudEventExtension extension) =>
        extension.Name == Gateway && extension.Json.Span is [(byte)'{', ..] ? new(Gateway, Nest(extension.Json, default)) : extension;

    // Written as an object with the members that it had, apart from any authorization, and the new one.
    private static byte[] Nest(ReadOnlyMemory<byte> facts, ReadOnlyMemory<byte> authorization)
    {
        using var buffer = new PooledBuffer(facts.Length + authorization.Length + 32);
        JsonOutput.Write(buffer, (facts, authorization), static (writer, parts) =>
        {
            writer.WriteStartObject();
            if (parts.facts.Span is [(byte)'{', ..] && JsonMembers.TryReadDocument(parts.facts, out var members))
            {
                using (members)
                {
                    for (var i = 0; i < members.Count; i++)
                    {
                        if (!IsMember(members.Name(i)))
                        {
                            writer.WritePropertyName(members.Name(i));
                            writer.WriteRawValue(members.RawValue(i).Span, skipInputValidation: true);
                        }
                    }
                }
            }

            if (!parts.authorization.IsEmpty)
            {
                writer.WritePropertyName(Member);
                writer.WriteRawValue(parts.authorization.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        });
        return buffer.WrittenSpan.ToArray();
    }

    private static bool IsMember(string name) =>
        name.Where(char.IsAsciiLetterOrDigit).Select(char.ToLowerInvariant).SequenceEqual(Member);
}
