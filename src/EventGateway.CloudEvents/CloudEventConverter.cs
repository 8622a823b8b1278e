using System.Text;

namespace EventGateway.CloudEvents;

/// <summary>
/// Converts events from one version to the other. Id, source, type, time, schema, content type and data stay the same. Extensions
/// follow the rules of the version: in 1.0, lower-case names with a string, boolean or integer; in 0.1, any name and JSON value.
/// </summary>
public static class CloudEventConverter
{
    private const string Gateway = "eventgateway";
    private const string TypeVersion = "eventtypeversion";
    private const string Subject = "subject";

    // The only name among the gateway's own extensions that changes in 1.0, which allows no hyphen.
    private const string TransformationVersion = "transformation-version";
    private const string FlatTransformationVersion = "transformationversion";

    // The only one that is an object, which is text in 1.0.
    private const string Authorization = "authorization";

    private static readonly HashSet<string> ReservedNames = new(StringComparer.Ordinal)
    {
        "id", "source", "type", "specversion", "time", "subject", "data", "dataschema", "datacontenttype",
    };

    /// <summary>Returns the event as 1.0, or the event itself when it is 1.0 already.</summary>
    public static CloudEvent ToV1(CloudEvent cloudEvent)
    {
        if (cloudEvent.SpecVersion == SpecVersion.V1)
        {
            return cloudEvent;
        }

        var subject = cloudEvent.Subject;
        var extensions = new List<CloudEventExtension>(cloudEvent.Extensions.Count + 2);
        var names = new UniqueNames();
        if (cloudEvent.TypeVersion is { } typeVersion)
        {
            extensions.Add(new(TypeVersion, JsonText.Quote(typeVersion)));
        }

        foreach (var extension in cloudEvent.Extensions)
        {
            if (extension.Name == Subject && subject is null && TextOf(extension.Json.Span) is { Length: > 0 } text)
            {
                subject = text;
            }
            else if (extension.Name == Gateway && FirstByte(extension.Json.Span) == '{')
            {
                AddFlattened(extension.Json, extensions, ref names);
            }
            else
            {
                AddFlat(extension.Name, extension.Json, extensions, ref names);
            }
        }

        return cloudEvent with
        {
            SpecVersion = SpecVersion.V1,
            DeclaredVersion = null,
            Subject = subject,
            TypeVersion = null,
            Extensions = extensions,
        };
    }

    /// <summary>Returns the event as 0.1, or the event itself when it is 0.1 already.</summary>
    public static CloudEvent ToV01(CloudEvent cloudEvent)
    {
        if (cloudEvent.SpecVersion == SpecVersion.V01)
        {
            return cloudEvent;
        }

        var typeVersion = cloudEvent.TypeVersion;
        var extensions = new List<CloudEventExtension>(cloudEvent.Extensions.Count + 1);
        var gateway = default(StringBuilder);
        var canNest = !HasGatewayExtension(cloudEvent);
        foreach (var extension in cloudEvent.Extensions)
        {
            if (extension.Name == TypeVersion && typeVersion is null && TextOf(extension.Json.Span) is { Length: > 0 } text)
            {
                typeVersion = text;
            }
            else if (canNest && extension.Name.Length > Gateway.Length && extension.Name.StartsWith(Gateway, StringComparison.Ordinal))
            {
                var name = extension.Name[Gateway.Length..];
                gateway = (gateway?.Append(',') ?? new StringBuilder("{"))
                    .Append('"').Append(name == FlatTransformationVersion ? TransformationVersion : name).Append("\":")
                    .Append(name == Authorization ? Nested(extension.Json.Span) : Encoding.UTF8.GetString(extension.Json.Span));
            }
            else
            {
                extensions.Add(extension);
            }
        }

        if (gateway is not null)
        {
            extensions.Add(new(Gateway, Encoding.UTF8.GetBytes(gateway.Append('}').ToString())));
        }

        if (cloudEvent.Subject is { } subject)
        {
            extensions.Add(new(Subject, JsonText.Quote(subject)));
        }

        return cloudEvent with { SpecVersion = SpecVersion.V01, Subject = null, TypeVersion = typeVersion, Extensions = extensions };
    }

    // When the sender has an extension of that name, the gateway's cannot be nested in it.
    private static bool HasGatewayExtension(CloudEvent cloudEvent)
    {
        foreach (var extension in cloudEvent.Extensions)
        {
            if (extension.Name == Gateway)
            {
                return true;
            }
        }

        return false;
    }

    private static void AddFlattened(ReadOnlyMemory<byte> json, List<CloudEventExtension> extensions, ref UniqueNames names)
    {
        JsonMembers.TryReadDocument(json, out var members);
        using (members)
        {
            for (var i = 0; i < members.Count; i++)
            {
                AddFlat(Gateway + members.Name(i), members.RawValue(i), extensions, ref names);
            }
        }
    }

    private static void AddFlat(string name, ReadOnlyMemory<byte> json, List<CloudEventExtension> extensions, ref UniqueNames names)
    {
        var flat = FlatValue(json);
        if (flat.IsEmpty)
        {
            return;
        }

        extensions.Add(new(names.Next(extensions, FlatName(name)), flat));
    }

    private static string FlatName(string name)
    {
        if (AttributeRules.IsExtensionName(name))
        {
            return ReservedNames.Contains(name) ? "x" + name : name;
        }

        var flat = string.Create(name.Length, name, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(from[i]) ? char.ToLowerInvariant(from[i]) : '\0';
            }
        }).Replace("\0", "", StringComparison.Ordinal);
        return flat.Length == 0 || ReservedNames.Contains(flat) ? "x" + flat : flat;
    }

    // Names that differ in 0.1 can be the same in 1.0. One number for all names, so that no choice of names makes this slow.
    private struct UniqueNames()
    {
        private NameSet _taken;
        private int _number = 1;

        public string Next(List<CloudEventExtension> extensions, string name)
        {
            var unique = name;
            while (_taken.Contains(extensions, unique))
            {
                unique = name + ++_number;
            }

            return unique;
        }
    }

    // Returns an empty value for null: 1.0 has no attribute without a value.
    private static ReadOnlyMemory<byte> FlatValue(ReadOnlyMemory<byte> json)
    {
        var first = FirstByte(json.Span);
        return first switch
        {
            '"' or 't' or 'f' => json,
            'n' => default,
            '-' or (>= '0' and <= '9') when StructuredV1.IsInteger(json.Span) => json,
            _ => JsonText.Quote(json.Span),
        };
    }

    private static char FirstByte(ReadOnlySpan<byte> json) => json.IsEmpty ? '\0' : (char)json[0];

    private static string Nested(ReadOnlySpan<byte> json) =>
        TextOf(json) is { } text && text.StartsWith('{') && JsonText.IsValid(Encoding.UTF8.GetBytes(text)) ? text : Encoding.UTF8.GetString(json);

    private static string? TextOf(ReadOnlySpan<byte> json) => FirstByte(json) == '"' ? JsonText.Unescape(json) : null;
}
