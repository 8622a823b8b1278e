using System.Diagnostics.CodeAnalysis;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>The names that the values of a setting have in JSON.</summary>
internal sealed class ChoiceNames<T>
    where T : struct, Enum
{
    private readonly (string Name, T Value)[] _choices;

    public ChoiceNames(params (string Name, T Value)[] choices)
    {
        _choices = choices;
        var names = choices.Select(choice => choice.Name).ToArray();
        Accepted = $"{string.Join(", ", names[..^1])} and {names[^1]} are accepted.";
    }

    /// <summary>What messages say of the names.</summary>
    public string Accepted { get; }

    /// <summary>The value of a name. Not set: there is none of that name.</summary>
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

    /// <summary>The name of a value. Not set: there is no value.</summary>
    [return: NotNullIfNotNull(nameof(value))]
    public string? NameOf(T? value) =>
        value is { } present ? _choices.First(choice => EqualityComparer<T>.Default.Equals(choice.Value, present)).Name : null;
}
