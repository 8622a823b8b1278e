using System.Globalization;
using System.Text.Json;
using EventGateway.Engine.Registry.Errors;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>
/// Reads the fields of a JSON object, whatever the case of their names, and reports every value that cannot be taken.
/// A field that is <c>null</c> counts as not given. Fields that nobody asks for are ignored, as 0.9 did, in a whole resource,
/// and reported in the objects within it.
/// </summary>
internal readonly struct JsonFields(JsonElement element, string path, RuleBreaks breaks)
{
    // Set in objects within others only.
    private readonly List<string>? _known = null;

    private JsonFields(JsonElement element, string path, RuleBreaks breaks, List<string> known)
        : this(element, path, breaks) => _known = known;

    public RuleBreaks Breaks { get; } = breaks;

    /// <summary>The name of a field as messages show it.</summary>
    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>Reports a field.</summary>
    public void Refuse(string name, string problem) => Breaks.Add(PathOf(name), problem);

    /// <summary>The value as it is; of kind <see cref="JsonValueKind.Undefined"/> where there is none.</summary>
    public JsonElement Value(string name)
    {
        _known?.Add(name);
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

        if (times > 1)
        {
            Refuse(name, $"given {times} times; once is accepted.");
        }

        return found.ValueKind is JsonValueKind.Null ? default : found;
    }

    /// <summary>A string. Not set: none, or none that can be taken.</summary>
    public string? Text(string name, string accepted = "a string is accepted.")
    {
        var value = Value(name);
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return null;
            case JsonValueKind.String:
                return value.GetString();
            default:
                Refuse(name, $"{Describe(value)}; {accepted}");
                return null;
        }
    }

    /// <summary>A string that must be there and not be empty.</summary>
    public string? Required(string name, string accepted)
    {
        var value = Value(name);
        switch (value.ValueKind)
        {
            case JsonValueKind.String when !value.ValueEquals(""u8):
                return value.GetString();
            case JsonValueKind.String or JsonValueKind.Undefined:
                Refuse(name, $"required; {accepted}");
                return null;
            default:
                Refuse(name, $"{Describe(value)}; {accepted}");
                return null;
        }
    }

    /// <summary>A boolean. Not set: none, or none that can be taken.</summary>
    public bool? Flag(string name)
    {
        var value = Value(name);
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return null;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                Refuse(name, $"{Describe(value)}; true or false is accepted.");
                return null;
        }
    }

    /// <summary>A number without a fraction. Not set: none, or none that can be taken.</summary>
    public int? WholeNumber(string name, int least, int most)
    {
        var accepted = $"a whole number from {least} to {most} is accepted.";
        if (Number(name, accepted) is not { } number)
        {
            return null;
        }

        if (number >= least && number <= most && number == Math.Truncate(number))
        {
            return (int)number;
        }

        Refuse(name, $"{Text(number)}; {accepted}");
        return null;
    }

    /// <summary>A number. Not set: none, or none that can be taken.</summary>
    public double? Number(string name, double least, double most)
    {
        var accepted = $"a number from {Text(least)} to {Text(most)} is accepted.";
        if (Number(name, accepted) is not { } number)
        {
            return null;
        }

        if (number >= least && number <= most)
        {
            return number;
        }

        Refuse(name, $"{Text(number)}; {accepted}");
        return null;
    }

    /// <summary>One of several names. Not set: none, or none that can be taken.</summary>
    public T? Choice<T>(string name, ChoiceNames<T> names)
        where T : struct, Enum
    {
        if (Text(name, names.Accepted) is not { } text)
        {
            return null;
        }

        var value = names.Find(text);
        if (value is null)
        {
            Refuse(name, $"\"{text}\"; {names.Accepted}");
        }

        return value;
    }

    /// <summary>An object within, which has no fields but those that are read. Not set: none, or none that can be taken.</summary>
    public T? Object<T>(string name, Func<JsonFields, T> read)
        where T : class
    {
        var value = Value(name);
        switch (value.ValueKind)
        {
            case JsonValueKind.Undefined:
                return null;
            case JsonValueKind.Object:
                var known = new List<string>();
                var fields = new JsonFields(value, PathOf(name), Breaks, known);
                var result = read(fields);
                fields.RefuseUnknown(known);
                return result;
            default:
                Refuse(name, $"{Describe(value)}; an object is accepted.");
                return null;
        }
    }

    /// <summary>A list of strings. Not set: none, an empty one, or none that can be taken.</summary>
    public IReadOnlyList<string>? Texts(string name)
    {
        var value = Value(name);
        if (value.ValueKind is JsonValueKind.Undefined)
        {
            return null;
        }

        if (value.ValueKind is not JsonValueKind.Array)
        {
            Refuse(name, $"{Describe(value)}; an array of strings is accepted.");
            return null;
        }

        var texts = new List<string>(value.GetArrayLength());
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind is JsonValueKind.String)
            {
                texts.Add(item.GetString()!);
            }
            else
            {
                Refuse($"{name}[{index}]", $"{Describe(item)}; a string is accepted.");
            }

            index++;
        }

        return texts.Count == 0 ? null : texts.ToArray();
    }

    /// <summary>An object of strings, whose names keep their case. Not set: none, an empty one, or none that can be taken.</summary>
    public IReadOnlyDictionary<string, string>? Labels(string name)
    {
        var value = Value(name);
        if (value.ValueKind is JsonValueKind.Undefined)
        {
            return null;
        }

        if (value.ValueKind is not JsonValueKind.Object)
        {
            Refuse(name, $"{Describe(value)}; an object of strings is accepted.");
            return null;
        }

        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in value.EnumerateObject())
        {
            if (property.Value.ValueKind is not JsonValueKind.String)
            {
                Refuse($"{name}.{property.Name}", $"{Describe(property.Value)}; a string is accepted.");
            }
            else if (!labels.TryAdd(property.Name, property.Value.GetString()!))
            {
                Refuse($"{name}.{property.Name}", "given more than once; once is accepted.");
            }
        }

        return labels.Count == 0 ? null : labels;
    }

    /// <summary>What a value is, for messages.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        _ => "null",
    };

    private void RefuseUnknown(List<string> known)
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!known.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
            {
                Refuse(property.Name, $"not known; {string.Join(", ", known)} are accepted.");
            }
        }
    }

    private static string Text(double number) => number.ToString("0.############", CultureInfo.InvariantCulture);

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
                Refuse(name, $"{Describe(value)}; {accepted}");
                return null;
        }
    }
}
