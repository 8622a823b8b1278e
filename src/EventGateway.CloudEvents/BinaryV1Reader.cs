using EventGateway.CloudEvents.Http;

namespace EventGateway.CloudEvents;

/// <summary>Reads the binary mode of CloudEvents 1.0 (HTTP protocol binding 1.0, section 3.1).</summary>
internal sealed class BinaryV1Reader : BinaryEventReader
{
    private const string Prefix = "ce-";

    private List<string>? _errors;
    private List<CloudEventExtension>? _extensions;
    private bool _idSent;
    private bool _typeSent;
    private bool _sourceSent;
    private string? _id;
    private string? _type;
    private string? _source;
    private string? _time;
    private string? _subject;
    private string? _dataSchema;

    /// <inheritdoc/>
    public override void Add(string name, params ReadOnlySpan<string?> values)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        name = name.ToLowerInvariant();
        if (Decode(name, values) is { } text)
        {
            AddText(name, text);
        }

        // An attribute that was sent with an error is not reported as missing too.
        _idSent |= name == "ce-id";
        _typeSent |= name == "ce-type";
        _sourceSent |= name == "ce-source";
    }

    /// <inheritdoc/>
    public override CloudEventReadResult Read(string? contentType, CloudEventData data)
    {
        Check(_idSent, "ce-id: missing, a string that is not empty is required");
        Check(_sourceSent, "ce-source: missing, a string that is not empty is required");
        Check(_typeSent, "ce-type: missing, a string that is not empty is required");
        CheckContentType(contentType, out var type);
        return _errors is not null ? CloudEventReadResult.Invalid(_errors) : CloudEventReadResult.Valid(new CloudEvent
        {
            SpecVersion = SpecVersion.V1,
            Id = _id!,
            Type = _type!,
            Source = _source!,
            Time = _time,
            Subject = _subject,
            DataSchema = _dataSchema,
            DataContentType = type.IsEmpty ? null : contentType,
            // In this mode an empty body and missing data look the same.
            Data = data.Bytes.IsEmpty ? CloudEventData.None : data,
            Extensions = _extensions ?? (IReadOnlyList<CloudEventExtension>)[],
        });
    }

    private void AddText(string name, string text)
    {
        switch (name)
        {
            case "ce-specversion":
                Check(text == "1.0", "ce-specversion: must be 1.0 (0.1 events have CE-CloudEventsVersion)");
                break;
            case "ce-id":
                _id = NonEmpty(name, text);
                break;
            case "ce-type":
                _type = NonEmpty(name, text);
                break;
            case "ce-source":
                _source = NonEmpty(name, text);
                Check(_source is null || AttributeRules.IsUriReference(text), "ce-source: must be a URI reference, without spaces");
                break;
            case "ce-time":
                _time = text;
                Check(AttributeRules.IsTimestamp(text), "ce-time: must be an RFC 3339 date and time such as 2026-01-31T12:30:00Z");
                break;
            case "ce-subject":
                _subject = NonEmpty(name, text);
                break;
            case "ce-dataschema":
                _dataSchema = text;
                Check(AttributeRules.IsAbsoluteUri(text), "ce-dataschema: must be an absolute URI");
                break;
            case "ce-datacontenttype" or "ce-data":
                AddError($"{name}: not a header of binary mode; Content-Type and the body are");
                break;
            default:
                AddExtension(name, text);
                break;
        }
    }

    private void AddExtension(string name, string text)
    {
        var extension = name[Prefix.Length..];
        if (AttributeRules.IsExtensionName(extension))
        {
            (_extensions ??= []).Add(new(extension, JsonText.Quote(text)));
        }
        else
        {
            AddError($"{name}: the name of an extension has only letters and digits after ce-");
        }
    }

    private string? Decode(string name, ReadOnlySpan<string?> values)
    {
        if (values.Length > 1)
        {
            AddError($"{name}: occurs twice");
            return null;
        }

        if (!HeaderText.TryReadUtf8(values.IsEmpty ? "" : values[0] ?? "", out var value))
        {
            AddError($"{name}: must be percent-encoded, or UTF-8");
            return null;
        }

        if (!PercentEncoding.TryDecodeHeader(value, out var text, out var error))
        {
            AddError($"{name}: {error}");
            return null;
        }

        return text;
    }

    // The content type is the attribute datacontenttype.
    private void CheckContentType(string? contentType, out MediaType type)
    {
        type = default;
        if (!AttributeRules.IsHeaderText(contentType))
        {
            AddError(BadContentType);
        }
        else if (MediaType.FindError(contentType, out type) is { } error)
        {
            AddError($"Content-Type: {error}");
        }
    }

    private string? NonEmpty(string name, string text)
    {
        if (text.Length > 0)
        {
            return text;
        }

        AddError($"{name}: must not be empty");
        return null;
    }

    private void Check(bool holds, string error)
    {
        if (!holds)
        {
            AddError(error);
        }
    }

    private void AddError(string error) => (_errors ??= []).Add(error);
}
