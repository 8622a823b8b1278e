namespace EventGateway.Abstractions.Settings;

public sealed partial class JsonFields
{
    /// <summary>Returns one of several texts. Null when the field is missing, empty or not accepted.</summary>
    /// <param name="name">The field.</param>
    /// <param name="accepted">What is accepted, for the error.</param>
    /// <param name="choices">The texts.</param>
    public string? Optional(string name, string accepted, IReadOnlyList<string> choices)
    {
        var text = Optional(name, accepted, choices.Contains);
        _schema?.Set(name, SettingSchema.OneOf(choices, accepted));
        return text;
    }

    /// <summary>Returns one of several texts, which must be given. Null when it is missing, empty or not accepted, which is an error.</summary>
    /// <param name="name">The field.</param>
    /// <param name="accepted">What is accepted, for the error.</param>
    /// <param name="choices">The texts.</param>
    public string? Required(string name, string accepted, IReadOnlyList<string> choices)
    {
        var text = Required(name, accepted, choices.Contains);
        _schema?.Set(name, SettingSchema.OneOf(choices, accepted));
        return text;
    }

    /// <summary>Reads an object whose kind decides which other fields it has. Null when the kind is missing or not accepted, which is an error.</summary>
    /// <param name="name">The field that names the kind.</param>
    /// <param name="accepted">What is accepted, for the error.</param>
    /// <param name="kinds">Reads the other fields of each kind.</param>
    public T? Kind<T>(string name, string accepted, IReadOnlyDictionary<string, Func<JsonFields, T>> kinds)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(kinds);
        var kind = Required(name, accepted, [.. kinds.Keys]);
        if (_schema is not null)
        {
            foreach (var (other, readOther) in kinds)
            {
                _schema.AddKind(name, other, Describe(readOther));
            }
        }

        if (kind is not null && kinds.TryGetValue(kind, out var read))
        {
            return read(this);
        }

        // Which other fields are accepted depends on the kind.
        AcceptAll();
        return null;
    }

    /// <summary>Returns one of several named values. Null when the field is missing or not accepted.</summary>
    /// <param name="name">The field.</param>
    /// <param name="names">The names of the values.</param>
    public T? Choice<T>(string name, ChoiceNames<T> names)
        where T : struct, Enum
    {
        ArgumentNullException.ThrowIfNull(names);
        var text = Text(name, names.Accepted);
        _schema?.Set(name, SettingSchema.OneOf(names.All, names.Accepted));
        if (text is null)
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
}
