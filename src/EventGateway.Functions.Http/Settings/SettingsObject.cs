using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Http.Settings;

/// <summary>Reads an object of settings field by field, whatever the case of their names, and collects what is stored of it.</summary>
/// <param name="element">The object; anything else has no fields.</param>
/// <param name="path">Where it is, for errors: <c>provider.auth</c>.</param>
/// <param name="errors">Gets every broken rule. Values are never told, since they may be secrets.</param>
internal sealed class SettingsObject(JsonElement element, string path, ICollection<string> errors)
{
    private readonly List<string> _known = [];
    private bool _takesAll;

    /// <summary>What is stored: the fields that were read and kept.</summary>
    public JsonObject Json { get; } = [];

    /// <summary>Where the object is.</summary>
    public string Path => path;

    /// <summary>A field as it was sent; undefined where there is none, or null.</summary>
    public JsonElement this[string name]
    {
        get
        {
            if (!_known.Contains(name))
            {
                _known.Add(name);
            }

            var found = default(JsonElement);
            if (element.ValueKind is JsonValueKind.Object)
            {
                foreach (var property in element.EnumerateObject())
                {
                    if (string.Equals(property.Name, name, StringComparison.OrdinalIgnoreCase))
                    {
                        found = property.Value;
                    }
                }
            }

            return found.ValueKind is JsonValueKind.Null ? default : found;
        }
    }

    /// <summary>Reads and keeps a text that must be there.</summary>
    /// <returns>The text, or null where an error was added.</returns>
    public string? Required(string name, string accepted, Func<string, bool>? isAccepted = null)
    {
        if (!TryRead(name, accepted, out var text))
        {
            return null;
        }

        if (text is null)
        {
            errors.Add($"{path}.{name} is required: {accepted}");
            return null;
        }

        return Keep(name, text, accepted, isAccepted);
    }

    /// <summary>Reads and keeps a text that may be missing; an empty one counts as missing.</summary>
    /// <returns>The text, or null where there is none or an error was added.</returns>
    public string? Optional(string name, string accepted, Func<string, bool>? isAccepted = null) =>
        TryRead(name, accepted, out var text) && text is not null ? Keep(name, text, accepted, isAccepted) : null;

    /// <summary>Reads and keeps a secret: like <see cref="Required"/>, and its mask is accepted as well.</summary>
    public string? RequiredSecret(string name, string accepted, Func<string, bool>? isAccepted = null) =>
        Required(name, accepted, text => text == Secret.Mask || isAccepted?.Invoke(text) != false);

    /// <summary>An object within.</summary>
    /// <returns>The object, which <see cref="Keep(SettingsObject, string)"/> keeps, or null where there is none or an error was added.</returns>
    public SettingsObject? Object(string name, string accepted)
    {
        var value = this[name];
        if (value.ValueKind is JsonValueKind.Undefined)
        {
            return null;
        }

        if (value.ValueKind is not JsonValueKind.Object)
        {
            Refuse(name, accepted);
            return null;
        }

        return new SettingsObject(value, $"{path}.{name}", errors);
    }

    /// <summary>Keeps what was read of an object within, and adds an error for each of its fields that nobody asked for.</summary>
    public void Keep(SettingsObject inner, string name)
    {
        Json[name] = inner.Json;
        inner.RefuseUnknown();
    }

    /// <summary>Adds the error that a field is not what is accepted.</summary>
    public void Refuse(string name, string accepted) => errors.Add($"{path}.{name} must be {accepted}");

    /// <summary>Adds an error.</summary>
    public void Refuse(string error) => errors.Add(error);

    /// <summary>The properties as they were sent, whatever their names.</summary>
    public JsonElement.ObjectEnumerator Properties()
    {
        _takesAll = true;
        return element.EnumerateObject();
    }

    private void RefuseUnknown()
    {
        foreach (var property in element.EnumerateObject())
        {
            if (!_takesAll && !_known.Contains(property.Name, StringComparer.OrdinalIgnoreCase))
            {
                errors.Add($"{path}.{property.Name} is not known: {string.Join(", ", _known)} are accepted");
            }
        }
    }

    private string? Keep(string name, string text, string accepted, Func<string, bool>? isAccepted)
    {
        if (isAccepted?.Invoke(text) == false)
        {
            Refuse(name, accepted);
            return null;
        }

        Json[name] = text;
        return text;
    }

    private bool TryRead(string name, string accepted, out string? text)
    {
        text = null;
        var value = this[name];
        if (value.ValueKind is JsonValueKind.Undefined)
        {
            return true;
        }

        if (value.ValueKind is not JsonValueKind.String)
        {
            errors.Add($"{path}.{name} must be a string: {accepted}");
            return false;
        }

        text = value.GetString() is { Length: > 0 } some ? some : null;
        return true;
    }
}
