using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Http;
using Microsoft.Extensions.Primitives;

namespace EventGateway.Events;

/// <summary>Gathers the attributes of a 1.0 event from its <c>ce-</c> headers, and every rule that they break.</summary>
internal sealed class BinaryAttributes
{
    private readonly List<string> _errors = [];
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

    /// <summary>Reads one header.</summary>
    /// <param name="name">Its name, in lower case.</param>
    /// <param name="values">Its values.</param>
    public void Read(string name, StringValues values)
    {
        if (Decode(name, values) is not { } text)
        {
            MarkSent(name);
            return;
        }

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
                _errors.Add($"{name}: not a header of binary mode; Content-Type and the body are");
                break;
            default:
                ReadExtension(name, text);
                break;
        }

        MarkSent(name);
    }

    /// <summary>The event, or what is wrong with it.</summary>
    /// <param name="contentType">The request's content type. Not set: none.</param>
    /// <param name="data">The data.</param>
    public CloudEventReadResult ToEvent(string? contentType, CloudEventData data)
    {
        Check(_idSent, "ce-id: missing, a string that is not empty is required");
        Check(_sourceSent, "ce-source: missing, a string that is not empty is required");
        Check(_typeSent, "ce-type: missing, a string that is not empty is required");
        Check(AttributeRules.IsHeaderText(contentType), BinaryEventReader.BadContentType);
        if (_errors.Count > 0)
        {
            return new(null, _errors);
        }

        return new(
            new CloudEvent
            {
                SpecVersion = SpecVersion.V1,
                Id = _id!,
                Type = _type!,
                Source = _source!,
                Time = _time,
                Subject = _subject,
                DataSchema = _dataSchema,
                DataContentType = string.IsNullOrEmpty(contentType) ? null : contentType,
                Data = data,
                Extensions = _extensions ?? (IReadOnlyList<CloudEventExtension>)[],
            },
            []);
    }

    private void ReadExtension(string name, string text)
    {
        var extension = name[3..];
        if (!AttributeRules.IsExtensionName(extension))
        {
            _errors.Add($"{name}: the name of an extension has only letters and digits after ce-");
            return;
        }

        (_extensions ??= []).Add(new(extension, JsonText.Quote(text)));
    }

    private string? Decode(string name, StringValues values)
    {
        if (values.Count > 1)
        {
            _errors.Add($"{name}: occurs twice");
            return null;
        }

        if (!PercentEncoding.TryDecodeHeader(values.ToString(), out var text))
        {
            _errors.Add($"{name}: a percent sign must be followed by two hexadecimal digits");
            return null;
        }

        return text;
    }

    private string? NonEmpty(string name, string text)
    {
        Check(text.Length > 0, $"{name}: must not be empty");
        return text.Length > 0 ? text : null;
    }

    // What was sent and is wrong is not reported as missing too.
    private void MarkSent(string name)
    {
        _idSent |= name == "ce-id";
        _typeSent |= name == "ce-type";
        _sourceSent |= name == "ce-source";
    }

    private void Check(bool holds, string error)
    {
        if (!holds)
        {
            _errors.Add(error);
        }
    }
}
