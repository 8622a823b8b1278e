using System.Buffers;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>The forms of names of event types.</summary>
public static class EventTypeNames
{
    /// <summary>The characters of a name that is registered.</summary>
    internal const string Accepted = "letters, digits, '.', '-', '_', ':', '/', '+' and '@' are accepted.";

    private const string AcceptedFamily =
        "'*' is accepted only at the end, as in invoice.*, for all event types that begin with \"invoice.\"; '*' alone is not accepted.";

    // As the senders of events spell their types: repo:push, orders/create. A comma would end it in the id of a subscription.
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:/+@");

    /// <summary>
    /// Reports a name that can select no event: one that is empty, or has a <c>*</c> at another place than a family. Senders choose the
    /// types of the events of a family, so it may have any other character.
    /// </summary>
    /// <param name="errors">Receives the error.</param>
    /// <param name="field">The path of the name.</param>
    public static void CheckSelected(FieldErrors errors, string field, string name)
    {
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
        {
            errors.Add(field, $"\"\"; {Accepted}");
        }
        else
        {
            CheckFamily(errors, field, name);
        }
    }

    /// <summary>Reports a name that cannot be registered.</summary>
    /// <param name="families">Whether the name of a family can be.</param>
    internal static void Check(FieldErrors errors, string field, string name, bool families)
    {
        if (!families || !CheckFamily(errors, field, name))
        {
            Names.Check(errors, field, name, families ? PlainOf(name) : name, Characters, Accepted);
        }
    }

    // Returns whether an error was added.
    private static bool CheckFamily(FieldErrors errors, string field, string name)
    {
        var plain = PlainOf(name);
        var problem = plain.Contains('*') || (plain.IsEmpty && name.Length > 0) ? AcceptedFamily
            : plain.Length < name.Length && plain.Count('.') >= EventTypeFamily.MaxSegments
                ? $"at most {EventTypeFamily.MaxSegments} segments before the '*' are accepted."
            : null;
        if (problem is not null)
        {
            errors.Add(field, $"\"{name}\"; {problem}");
        }

        return problem is not null;
    }

    // The name without the end of a family: invoice of invoice.*
    private static ReadOnlySpan<char> PlainOf(string name) => EventTypeFamily.Is(name) ? name.AsSpan(0, name.Length - 2) : name;
}
