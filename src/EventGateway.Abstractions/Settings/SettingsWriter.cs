using System.Buffers;
using System.Text.Json;
using EventGateway.Abstractions.Secrets;

namespace EventGateway.Abstractions.Settings;

/// <summary>Writes settings as JSON: with their secrets, to store them, or with masks, to show them. Null values are left out.</summary>
public sealed class SettingsWriter
{
    private readonly Utf8JsonWriter _json;
    private readonly Func<SecretPath, Secret, string> _spell;
    private SecretPath _within = new("", "");

    private SettingsWriter(Utf8JsonWriter json, Func<SecretPath, Secret, string> spell) => (_json, _spell) = (json, spell);

    /// <summary>Returns settings with their secrets, as they are stored.</summary>
    public static JsonElement Store(ISettings settings) => Write(settings, static (_, secret) => secret.Reveal());

    /// <summary>Returns settings with masks in place of their secrets.</summary>
    public static JsonElement Show(ISettings settings) => Write(settings, static (_, _) => Secret.Mask);

    /// <summary>
    /// Returns the secrets of settings with their paths: <c>auth.token</c>, and in a list <c>signing.keys[0]</c>, or
    /// <c>signing.keys[2026-11].key</c> for one that has a name.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, Secret>> SecretsOf(ISettings settings)
    {
        var secrets = new List<KeyValuePair<string, Secret>>();
        Write(settings, (path, secret) =>
        {
            secrets.Add(new(path.Name, secret));
            return Secret.Mask;
        });
        return secrets;
    }

    /// <summary>Writes a text.</summary>
    /// <param name="name">The field.</param>
    /// <param name="value">The text.</param>
    public void Write(string name, string? value)
    {
        if (value is not null)
        {
            _json.WriteString(name, value);
        }
    }

    /// <summary>Writes a field that is <c>null</c>.</summary>
    /// <param name="name">The field.</param>
    public void WriteNull(string name) => _json.WriteNull(name);

    /// <summary>Writes a secret.</summary>
    /// <param name="name">The field.</param>
    /// <param name="value">The secret.</param>
    public void Write(string name, Secret? value)
    {
        if (value is not null)
        {
            _json.WriteString(name, Spell(name, value));
        }
    }

    /// <summary>Writes a number.</summary>
    /// <param name="name">The field.</param>
    /// <param name="value">The number.</param>
    public void Write(string name, int? value)
    {
        if (value is { } number)
        {
            _json.WriteNumber(name, number);
        }
    }

    /// <summary>Writes a boolean.</summary>
    /// <param name="name">The field.</param>
    /// <param name="value">The boolean.</param>
    public void Write(string name, bool value) => _json.WriteBoolean(name, value);

    /// <summary>Writes a list of secrets.</summary>
    /// <param name="name">The field.</param>
    /// <param name="items">The secrets.</param>
    public void Write(string name, IReadOnlyList<IListedSecret> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        _json.WriteStartArray(name);
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Name is { } key)
            {
                _json.WriteStartObject();
                WriteFields(new SecretPath($"{name}[{key}]", $"{name}[{i}]"), items[i]);
            }
            else
            {
                _json.WriteStringValue(Spell($"{name}[{i}]", items[i].Key));
            }
        }

        _json.WriteEndArray();
    }

    /// <summary>Writes settings within these.</summary>
    /// <param name="name">The field.</param>
    /// <param name="value">The settings.</param>
    public void Write(string name, ISettings? value)
    {
        if (value is not null)
        {
            _json.WriteStartObject(name);
            WriteFields(new SecretPath(name, name), value);
        }
    }

    /// <summary>Returns a secret, or the mask in its place. For texts that hold a secret among other things.</summary>
    /// <param name="name">The secret's name among the fields: <c>url?code</c>.</param>
    public string Spell(string name, Secret secret) => _spell(_within.Then(new SecretPath(name, name)), secret);

    /// <summary>Returns settings as JSON.</summary>
    /// <param name="spell">Returns the text that is written for the secret at a path.</param>
    internal static JsonElement Write(ISettings settings, Func<SecretPath, Secret, string> spell)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            settings.Write(new SettingsWriter(json, spell));
            json.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private void WriteFields(SecretPath name, ISettings value)
    {
        var within = _within;
        _within = within.Then(name).Then(new SecretPath(".", "."));
        value.Write(this);
        _json.WriteEndObject();
        _within = within;
    }
}
