using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Settings;

/// <summary>The names that the values of an enum have in JSON, from <see cref="JsonStringEnumMemberNameAttribute"/>.</summary>
public sealed class ChoiceNames<T>
    where T : struct, Enum
{
    private readonly (string Name, T Value)[] _choices;

    /// <summary>Reads the names.</summary>
    public ChoiceNames()
    {
        _choices =
        [
            .. typeof(T).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (
                field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name, (T)field.GetValue(null)!)),
        ];
        var names = _choices.Select(choice => choice.Name).ToArray();
        Accepted = $"{string.Join(", ", names[..^1])} and {names[^1]} are accepted.";
    }

    /// <summary>The names.</summary>
    public IEnumerable<string> All => _choices.Select(static choice => choice.Name);

    /// <summary>The names, for errors.</summary>
    public string Accepted { get; }

    /// <summary>Returns the value with a name. Null when no value has it.</summary>
    public T? Find(string name)
    {
        foreach (var choice in _choices)
        {
            if (choice.Name == name)
            {
                return choice.Value;
            }
        }

        return null;
    }

    /// <summary>Returns the name of a value. Null when there is no value.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public string? NameOf(T? value) =>
        value is { } present ? _choices.First(choice => EqualityComparer<T>.Default.Equals(choice.Value, present)).Name : null;
}
