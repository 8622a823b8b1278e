using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Secrets;

namespace EventGateway.Abstractions.Settings;

/// <summary>
/// Reads the fields of a JSON object, whatever the case of their names, and adds an error for each value that is not accepted.
/// A field that is <c>null</c> counts as missing. Fields that were not read are unknown (<see cref="RefuseUnknown()"/>).
/// </summary>
/// <param name="element">The object. Any other value has no fields.</param>
/// <param name="path">The path of the object, for errors. Empty for the root.</param>
/// <param name="errors">Receives the errors.</param>
public sealed partial class JsonFields(JsonElement element, string path, FieldErrors errors)
{
    private readonly List<string> _known = [];

    /// <summary>The errors.</summary>
    public FieldErrors Errors => errors;

    /// <summary>Whether values are checked. False for settings that were checked when they were stored.</summary>
    public bool AreChecked => errors != FieldErrors.Ignored;

    /// <summary>The path of the object. Empty for the root.</summary>
    public string Path => path;

    /// <summary>Returns the path of a field, as errors show it.</summary>
    /// <param name="name">The field.</param>
    public string PathOf(string name) => Join(path, name);

    /// <summary>Adds an error.</summary>
    /// <param name="name">The field.</param>
    /// <param name="problem">What is wrong and what is accepted.</param>
    public void Refuse(string name, string problem) => errors.Add(PathOf(name), problem);

    /// <summary>Returns a value. Its kind is <see cref="JsonValueKind.Undefined"/> when the field is missing.</summary>
    /// <param name="name">The field.</param>
    public JsonElement Value(string name)
    {
        var isFirst = !_known.Contains(name);
        if (isFirst)
        {
            _known.Add(name);
            _schema?.Touch(name);
        }

        var found = default(JsonElement);
        var times = 0;
        if (element.ValueKind is JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
                {
                    found = property.Value;
                    times++;
                }
            }
        }

        if (times > 1 && isFirst)
        {
            errors.AddRepeated(PathOf(name), times);
        }

        return found.ValueKind is JsonValueKind.Null ? default : found;
    }

    /// <summary>Returns whether a field is given as <c>null</c>, for those where this does not mean the same as leaving it out.</summary>
    /// <param name="name">The field.</param>
    public bool IsNull(string name) =>
        element.ValueKind is JsonValueKind.Object
        && element.EnumerateObject().Any(property =>
            property.Value.ValueKind is JsonValueKind.Null && string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns all properties, whatever their names.</summary>
    public IEnumerable<JsonProperty> Properties()
    {
        _acceptsAll = true;
        return element.ValueKind is JsonValueKind.Object ? element.EnumerateObject() : [];
    }

    /// <summary>Returns a string, which may be empty. Null when the field is missing or not a string.</summary>
    /// <param name="name">The field.</param>
    /// <param name="accepted">What is accepted, for the error.</param>
    public string? Text(string name, string accepted = "a string is accepted.")
    {
        var value = Value(name);
        _schema?.Set(name, SettingSchema.Of("string", accepted));
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return null;
            case JsonValueKind.String:
                return value.GetString();
            default:
                errors.AddNotText(PathOf(name), value, accepted);
                return null;
        }
    }

    /// <summary>Returns a string. Null when the field is missing, empty or not accepted.</summary>
    /// <param name="name">The field.</param>
    /// <param name="accepted">What is accepted, for the error.</param>
    /// <param name="isAccepted">Returns whether a text is accepted. Null accepts any.</param>
    public string? Optional(string name, string accepted, Func<string, bool>? isAccepted = null)
    {
        var value = Value(name);
        _schema?.Set(name, SettingSchema.Of("string", accepted));
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return null;
            case JsonValueKind.String:
                return value.GetString() is { Length: > 0 } text ? Check(name, text, value, accepted, isAccepted) : null;
            default:
                errors.AddNotText(PathOf(name), value, accepted);
                return null;
        }
    }

    /// <summary>Returns a string that must be given. Null when it is missing, empty or not accepted, which is an error.</summary>
    /// <param name="name">The field.</param>
    /// <param name="accepted">What is accepted, for the error.</param>
    /// <param name="isAccepted">Returns whether a text is accepted. Null accepts any.</param>
    public string? Required(string name, string accepted, Func<string, bool>? isAccepted = null)
    {
        var value = Value(name);
        _schema?.Set(name, SettingSchema.Of("string", accepted), isRequired: true);
        switch (value.ValueKind)
        {
            case JsonValueKind.String when !value.ValueEquals(""u8):
                return Check(name, value.GetString()!, value, accepted, isAccepted);
            case JsonValueKind.String or JsonValueKind.Undefined:
                errors.AddMissing(PathOf(name), accepted);
                return null;
            default:
                errors.AddNotText(PathOf(name), value, accepted);
                return null;
        }
    }

    /// <summary>Returns a secret that must be given, or its mask. Empty when it is missing or not accepted, which is an error.</summary>
    /// <param name="name">The field.</param>
    /// <param name="accepted">What is accepted, for the error.</param>
    /// <param name="isAccepted">Returns whether a secret is accepted. Null accepts any.</param>
    public Secret RequiredSecret(string name, string accepted, Func<string, bool>? isAccepted = null)
    {
        var text = Required(name, accepted, text => text == Secret.Mask || isAccepted?.Invoke(text) != false);
        _schema?.Set(name, SettingSchema.Secret(accepted));
        return new Secret(text ?? "");
    }

    /// <summary>Returns a secret, or its mask. Null when the field is missing, empty or not accepted.</summary>
    /// <param name="name">The field.</param>
    /// <param name="accepted">What is accepted, for the error.</param>
    /// <param name="isAccepted">Returns whether a secret is accepted. Null accepts any.</param>
    public Secret? OptionalSecret(string name, string accepted, Func<string, bool>? isAccepted = null)
    {
        var text = Optional(name, accepted, text => text == Secret.Mask || isAccepted?.Invoke(text) != false);
        _schema?.Set(name, SettingSchema.Secret(accepted));
        return text is null ? null : new Secret(text);
    }

    /// <summary>Returns a boolean. Null when the field is missing or not a boolean.</summary>
    /// <param name="name">The field.</param>
    public bool? Flag(string name)
    {
        var value = Value(name);
        _schema?.Set(name, SettingSchema.Of("boolean", "true or false is accepted."));
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return null;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                errors.AddRefused(PathOf(name), value, "true or false is accepted.");
                return null;
        }
    }

    /// <summary>Returns a number without a fraction. Null when the field is missing or not accepted.</summary>
    /// <param name="name">The field.</param>
    /// <param name="min">The smallest accepted number.</param>
    /// <param name="max">The largest accepted number.</param>
    public int? WholeNumber(string name, int min, int max)
    {
        var accepted = $"a whole number from {min} to {max} is accepted.";
        _schema?.Set(name, SettingSchema.Number("integer", min, max, accepted));
        if (Number(name, accepted) is not { } number)
        {
            return null;
        }

        if (number >= min && number <= max && number == Math.Truncate(number))
        {
            return (int)number;
        }

        Refuse(name, $"{Text(number)}; {accepted}");
        return null;
    }

    /// <summary>Returns a number. Null when the field is missing or not accepted.</summary>
    /// <param name="name">The field.</param>
    /// <param name="min">The smallest accepted number.</param>
    /// <param name="max">The largest accepted number.</param>
    public double? Number(string name, double min, double max)
    {
        var accepted = $"a number from {Text(min)} to {Text(max)} is accepted.";
        _schema?.Set(name, SettingSchema.Number("number", min, max, accepted));
        if (Number(name, accepted) is not { } number)
        {
            return null;
        }

        if (number >= min && number <= max)
        {
            return number;
        }

        Refuse(name, $"{Text(number)}; {accepted}");
        return null;
    }

    /// <summary>Reads an object. Null when the field is missing or not an object.</summary>
    /// <param name="name">The field.</param>
    /// <param name="read">Reads the object.</param>
    /// <param name="accepted">What is accepted, for the error.</param>
    public T? Nested<T>(string name, Func<JsonFields, T> read, string accepted = "an object is accepted.")
        where T : class?
    {
        ArgumentNullException.ThrowIfNull(read);
        var value = Value(name);
        _objects.Add((name, read));
        DescribeNested(name, read, accepted);
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return null;
            case JsonValueKind.Object:
                var fields = new JsonFields(value, PathOf(name), errors);
                _nested.Add(fields);
                return read(fields);
            default:
                errors.AddRefused(PathOf(name), value, accepted);
                return null;
        }
    }

    /// <summary>Returns the fields of an object in a list.</summary>
    /// <param name="name">The list.</param>
    /// <param name="index">The place of the object.</param>
    /// <param name="item">The object.</param>
    public JsonFields Item(string name, int index, JsonElement item)
    {
        var fields = new JsonFields(item, PathOf($"{name}[{index}]"), errors);
        _nested.Add(fields);
        return fields;
    }

    /// <summary>Returns a list of strings. Null when the field is missing, empty or not accepted.</summary>
    /// <param name="name">The field.</param>
    /// <param name="check">Adds the errors of a string. Gets its path, <c>eventTypes[0]</c>. Null accepts any.</param>
    public IReadOnlyList<string>? Texts(string name, Action<string, string>? check = null)
    {
        var value = Value(name);
        _schema?.Set(name, new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } });
        if (value.ValueKind is JsonValueKind.Undefined)
        {
            return null;
        }

        if (value.ValueKind is not JsonValueKind.Array)
        {
            errors.AddRefused(PathOf(name), value, "an array of strings is accepted.");
            return null;
        }

        var texts = new List<string>(value.GetArrayLength());
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind is JsonValueKind.String)
            {
                texts.Add(item.GetString()!);
                check?.Invoke(PathOf($"{name}[{index}]"), texts[^1]);
            }
            else
            {
                errors.AddRefused(PathOf($"{name}[{index}]"), item, "a string is accepted.");
            }

            index++;
        }

        return texts.Count == 0 ? null : texts.ToArray();
    }

    /// <summary>Returns an object of strings, whose names keep their case. Null when the field is missing, empty or not accepted.</summary>
    /// <param name="name">The field.</param>
    public IReadOnlyDictionary<string, string>? Labels(string name)
    {
        var value = Value(name);
        _schema?.Set(name, new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } });
        if (value.ValueKind is JsonValueKind.Undefined)
        {
            return null;
        }

        if (value.ValueKind is not JsonValueKind.Object)
        {
            errors.AddRefused(PathOf(name), value, "an object of strings is accepted.");
            return null;
        }

        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            if (property.Value.ValueKind is not JsonValueKind.String)
            {
                errors.AddRefused(PathOf($"{name}.{property.Name}"), property.Value, "a string is accepted.");
            }
            else if (!labels.TryAdd(property.Name, property.Value.GetString()!))
            {
                Refuse($"{name}.{property.Name}", "given more than once; once is accepted.");
            }
        }

        return labels.Count == 0 ? null : labels;
    }

    /// <summary>Names the kind of a value, for errors.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };

    private static string Text(double number) => number.ToString("0.############", CultureInfo.InvariantCulture);

    private string? Check(string name, string text, JsonElement value, string accepted, Func<string, bool>? isAccepted)
    {
        if (!AreChecked || isAccepted?.Invoke(text) != false)
        {
            return text;
        }

        errors.AddRefused(PathOf(name), value, accepted);
        return null;
    }

    private double? Number(string name, string accepted)
    {
        var value = Value(name);
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return null;
            case JsonValueKind.Number:
                return value.GetDouble();
            default:
                errors.AddRefused(PathOf(name), value, accepted);
                return null;
        }
    }
}
