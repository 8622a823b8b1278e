using EventGateway.CloudEvents.Http;

namespace EventGateway.CloudEvents;

/// <summary>Reads the binary mode of CloudEvents 0.1 as the 0.9 line of the Event Gateway did (HTTP transport binding 0.1, section 3.1).</summary>
internal sealed class BinaryV01Reader : BinaryEventReader
{
    private const string ExtensionPrefix = "ce-x-";

    private List<CloudEventExtension>? _extensions;
    private bool _hasUnnamedExtension;
    private string _id = "";
    private string _type = "";
    private string _source = "";
    private string _version = "";
    private string? _typeVersion;
    private string? _time;
    private string? _schema;

    /// <inheritdoc/>
    public override void Add(string name, params ReadOnlySpan<string?> values)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.StartsWith(ExtensionPrefix, StringComparison.OrdinalIgnoreCase))
        {
            AddExtension(name[ExtensionPrefix.Length..], Join(values));
        }
        else if (Is(name, "CE-EventID"))
        {
            _id = Join(values, ",");
        }
        else if (Is(name, "CE-EventType"))
        {
            _type = Join(values, ",");
        }
        else if (Is(name, "CE-Source"))
        {
            _source = Join(values, ",");
        }
        else if (Is(name, "CE-CloudEventsVersion"))
        {
            _version = Join(values, ",");
        }
        else if (Is(name, "CE-EventTypeVersion"))
        {
            _typeVersion = NullIfEmpty(Join(values));
        }
        else if (Is(name, "CE-EventTime"))
        {
            _time = NullIfEmpty(Join(values));
        }
        else if (Is(name, "CE-SchemaURL"))
        {
            _schema = NullIfEmpty(Join(values));
        }
    }

    /// <inheritdoc/>
    public override CloudEventReadResult Read(string? contentType, CloudEventData data)
    {
        var errors = default(ReadErrors);
        if (!AttributeRules.IsUriOrPath(_source))
        {
            errors.Add("CE-Source: must be a URI with a scheme, or a path that starts with /");
        }

        if (_time is not null && !AttributeRules.IsTimestamp(_time))
        {
            errors.Add("CE-EventTime: must be an RFC 3339 date and time such as 2026-01-31T12:30:00Z");
        }

        if (!AttributeRules.IsHeaderText(contentType))
        {
            errors.Add(BadContentType);
        }

        if (_hasUnnamedExtension)
        {
            errors.Add("CE-X-: the name of the extension is missing");
        }

        return errors.Any ? CloudEventReadResult.Invalid(errors.Items) : CloudEventReadResult.Valid(new CloudEvent
        {
            SpecVersion = SpecVersion.V01,
            DeclaredVersion = _version == "0.1" ? null : _version,
            Id = _id,
            Type = _type,
            Source = _source,
            Time = _time,
            DataSchema = _schema,
            DataContentType = NullIfEmpty(contentType),
            TypeVersion = _typeVersion,
            Data = data,
            Extensions = _extensions ?? (IReadOnlyList<CloudEventExtension>)[],
        });
    }

    private void AddExtension(string name, string value)
    {
        if (name.Length == 0)
        {
            _hasUnnamedExtension = true;
            return;
        }

        // As 0.9 named them: a capital after each hyphen, but not at the start, however the sender writes the header.
        var canonical = name.Length <= 64 ? stackalloc char[name.Length] : new char[name.Length];
        HttpToken.Canonicalize(name, canonical);
        canonical[0] = char.ToLowerInvariant(canonical[0]);
        (_extensions ??= []).Add(new(canonical.ToString(), JsonText.Quote(value)));
    }

    private static bool Is(string name, string other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static string Join(ReadOnlySpan<string?> values, string separator = ", ") =>
        HeaderText.Read(values.Length == 1 ? values[0] ?? "" : string.Join(separator, values));

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
