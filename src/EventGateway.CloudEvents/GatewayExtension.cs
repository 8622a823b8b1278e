using System.Text;
using EventGateway.CloudEvents.Buffers;

namespace EventGateway.CloudEvents;

/// <summary>
/// An extension that only the gateway may set. In 1.0 it is an attribute such as <c>eventgatewayhops</c>; in 0.1 it is a member of
/// the extension <c>eventgateway</c>.
/// </summary>
/// <param name="member">The name of the member in 0.1, in lower-case letters.</param>
public sealed class GatewayExtension(string member)
{
    private const string Gateway = "eventgateway";
    private readonly string _flat = Gateway + member;

    /// <summary>Returns the event with the extension. It replaces all spellings of the extension.</summary>
    /// <param name="flat">The value in 1.0, as JSON. Its memory must stay unchanged.</param>
    /// <param name="nested">The value in 0.1, as JSON.</param>
    public CloudEvent Set(CloudEvent cloudEvent, ReadOnlyMemory<byte> flat, ReadOnlyMemory<byte> nested)
    {
        var extensions = new List<CloudEventExtension>(cloudEvent.Extensions.Count + 1);
        var facts = default(ReadOnlyMemory<byte>);
        foreach (var extension in cloudEvent.Extensions)
        {
            if (cloudEvent.SpecVersion is SpecVersion.V01 && extension.Name == Gateway)
            {
                facts = extension.Json;
            }
            else if (!Becomes(extension.Name, _flat) && !Becomes(extension.Name, Gateway))
            {
                // Drops extensions that a conversion to 0.1 would turn into the extension eventgateway.
                extensions.Add(extension);
            }
        }

        extensions.Add(cloudEvent.SpecVersion is SpecVersion.V01 ? new(Gateway, Nest(facts, nested)) : new(_flat, flat));
        return cloudEvent with { Extensions = extensions };
    }

    /// <summary>Returns the event without the extension, in all spellings.</summary>
    /// <returns>The event, or the same instance when it does not have the extension.</returns>
    public CloudEvent Remove(CloudEvent cloudEvent)
    {
        var extensions = cloudEvent.Extensions;
        for (var i = 0; i < extensions.Count; i++)
        {
            if (Becomes(extensions[i].Name, _flat) || HasMembers(extensions[i]))
            {
                return cloudEvent with { Extensions = Without(extensions) };
            }
        }

        return cloudEvent;
    }

    /// <summary>Finds the value of the extension, in any version and spelling.</summary>
    /// <returns>The text of a string, or the JSON of another value. Null when the extension is missing or not valid text.</returns>
    public string? Find(CloudEvent cloudEvent)
    {
        foreach (var extension in cloudEvent.Extensions)
        {
            if (Becomes(extension.Name, _flat))
            {
                return Text(extension.Json);
            }

            if (HasMembers(extension) && JsonMembers.TryReadDocument(extension.Json, out var members))
            {
                using (members)
                {
                    for (var i = 0; i < members.Count; i++)
                    {
                        if (Becomes(members.Name(i), member))
                        {
                            return Text(members.RawValue(i));
                        }
                    }
                }
            }
        }

        return null;
    }

    private static string? Text(ReadOnlyMemory<byte> json) =>
        json.Span is [(byte)'"', ..] ? JsonText.Unescape(json.Span) : Encoding.UTF8.GetString(json.Span);

    private List<CloudEventExtension> Without(IReadOnlyList<CloudEventExtension> extensions)
    {
        var kept = new List<CloudEventExtension>(extensions.Count);
        foreach (var extension in extensions)
        {
            if (!Becomes(extension.Name, _flat))
            {
                kept.Add(HasMembers(extension) ? new(Gateway, Nest(extension.Json, default)) : extension);
            }
        }

        return kept;
    }

    private static bool HasMembers(CloudEventExtension extension) => extension.Name == Gateway && extension.Json.Span is [(byte)'{', ..];

    // Several names of 0.1 become the same name in 1.0, see CloudEventConverter.
    private static bool Becomes(string name, string flat)
    {
        var length = 0;
        foreach (var character in name)
        {
            if (char.IsAsciiLetterOrDigit(character) && (length == flat.Length || char.ToLowerInvariant(character) != flat[length++]))
            {
                return false;
            }
        }

        return length == flat.Length;
    }

    // Returns the object with its other members and the new value.
    private byte[] Nest(ReadOnlyMemory<byte> facts, ReadOnlyMemory<byte> value)
    {
        using var buffer = new PooledBuffer(facts.Length + value.Length + 32);
        JsonOutput.Write(buffer, (facts, value, member), static (writer, parts) =>
        {
            writer.WriteStartObject();
            if (parts.facts.Span is [(byte)'{', ..] && JsonMembers.TryReadDocument(parts.facts, out var members))
            {
                using (members)
                {
                    for (var i = 0; i < members.Count; i++)
                    {
                        if (!Becomes(members.Name(i), parts.member))
                        {
                            writer.WritePropertyName(members.Name(i));
                            writer.WriteRawValue(members.RawValue(i).Span, skipInputValidation: true);
                        }
                    }
                }
            }

            if (!parts.value.IsEmpty)
            {
                writer.WritePropertyName(parts.member);
                writer.WriteRawValue(parts.value.Span, skipInputValidation: true);
            }

            writer.WriteEndObject();
        });
        return buffer.WrittenSpan.ToArray();
    }
}
