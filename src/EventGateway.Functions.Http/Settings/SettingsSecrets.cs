using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Functions;

namespace EventGateway.Functions.Http.Settings;

/// <summary>Hides the secrets of settings, and puts them back.</summary>
internal static class SettingsSecrets
{
    private const string SigningKeys = "signing.keys";

    // "key" and "auth" are texts of the presets; "auth" of others is an object, with secrets of its own.
    private static readonly string[] Fields =
    [
        "key", "auth", "auth.password", "auth.token", "auth.value", "auth.clientSecret", "auth.key", "auth.serviceAccount", "serviceAccount", "tls.key",
    ];

    /// <summary>Replaces each secret by the mask.</summary>
    public static JsonElement Mask(JsonElement settings)
    {
        var json = Copy(settings);
        foreach (var place in Find(json))
        {
            place.Replace(Secret.Mask);
        }

        return ToElement(json);
    }

    /// <summary>Replaces each mask by the secret that is stored in its place.</summary>
    /// <param name="settings">The new settings.</param>
    /// <param name="stored">Those that they replace; of kind undefined where there are none.</param>
    /// <param name="errors">Gets the masks for which nothing is stored.</param>
    public static JsonElement Unmask(JsonElement settings, JsonElement stored, ICollection<string> errors)
    {
        var json = Copy(settings);
        var masked = Find(json).Where(place => place.Value == Secret.Mask).ToList();
        if (masked.Count == 0)
        {
            return settings;
        }

        var before = stored.ValueKind is JsonValueKind.Object ? Copy(stored) : [];
        var secrets = Find(before).ToDictionary(place => place.Path, place => place.Value, StringComparer.OrdinalIgnoreCase);
        MoveKeys(masked, secrets);
        foreach (var place in masked)
        {
            // A secret goes nowhere but to the server that it was meant for: whoever may change a URL cannot read it that way.
            if (secrets.TryGetValue(place.Path, out var secret) && HaveOneServer(json, before, place.Path))
            {
                place.Replace(secret);
            }
            else
            {
                errors.Add(place.Path is "url"
                    ? $"provider.url holds {Secret.Mask} in place of a user and password, and none are stored for this server"
                    : $"provider.{place.Path} is {Secret.Mask}, and no secret is stored there for this server");
            }
        }

        return ToElement(json);
    }

    /// <summary>All secrets, as they are stored and as a function reads those of a URL.</summary>
    public static IEnumerable<string> Values(JsonElement settings) => Find(Copy(settings)).SelectMany(place =>
        place.Path.Contains("url", StringComparison.OrdinalIgnoreCase) ? (string[])[place.Value, Uri.UnescapeDataString(place.Value)] : [place.Value]);

    /// <summary>Makes an element of an object.</summary>
    public static JsonElement ToElement(JsonObject json) => JsonSerializer.SerializeToElement(json);

    /// <summary>Makes an object of an element.</summary>
    public static JsonObject Copy(JsonElement settings) => JsonObject.Create(settings.Clone())?.DeepClone() as JsonObject ?? [];

    // Keys have no names, so that masks stand for all that are stored, in their order, or for none.
    private static void MoveKeys(List<SecretPlace> masked, Dictionary<string, string> secrets)
    {
        var masks = masked.Count(IsKey);
        var keys = secrets.Where(secret => secret.Key.StartsWith(SigningKeys, StringComparison.Ordinal)).ToList();
        foreach (var (path, _) in keys)
        {
            secrets.Remove(path);
        }

        if (keys.Count == masks)
        {
            foreach (var (place, (_, key)) in masked.Where(IsKey).Zip(keys))
            {
                secrets[place.Path] = key;
            }
        }

        static bool IsKey(SecretPlace place) => place.Path.StartsWith(SigningKeys, StringComparison.Ordinal);
    }

    private static bool HaveOneServer(JsonObject settings, JsonObject stored, string path) =>
        HaveOneServer(settings, stored, ["url"])
        && HaveOneServer(settings, stored, ["apiHost"])
        && (!path.StartsWith("auth.", StringComparison.Ordinal) || HaveOneServer(settings, stored, ["auth", "tokenUrl"]));

    private static bool HaveOneServer(JsonObject settings, JsonObject stored, ReadOnlySpan<string> path)
    {
        var (url, other) = (Text(settings, path), Text(stored, path));
        return url == other || (url is not null && other is not null && UrlSecret.HaveOneServer(url, other));
    }

    private static List<SecretPlace> Find(JsonObject settings)
    {
        var places = new List<SecretPlace>();
        if (Text(settings, ["url"]) is { } url && UrlSecret.Find(url) is { IsEmpty: false } secret)
        {
            places.Add(new SecretPlace("url", secret.ToString(), text => settings["url"] = UrlSecret.Replace(Text(settings, ["url"])!, text)));
        }

        AddKeys(places, settings, "url");
        if (settings["auth"] is JsonObject auth)
        {
            AddKeys(places, auth, "tokenUrl", "auth.");
        }

        foreach (var field in Fields)
        {
            Add(places, settings, field);
        }

        foreach (var (name, value) in settings["headers"] as JsonObject ?? [])
        {
            places.Add(new SecretPlace($"headers.{name}", value!.GetValue<string>(), text => settings["headers"]![name] = text));
        }

        if ((settings["signing"] as JsonObject)?["keys"] is JsonArray keys)
        {
            places.AddRange(keys.Select((key, at) => new SecretPlace($"{SigningKeys}[{at}]", key!.GetValue<string>(), text => keys[at] = text)));
        }

        return places;
    }

    // Each under its own name, and those of one name in their order.
    private static void AddKeys(List<SecretPlace> places, JsonObject parent, string field, string prefix = "")
    {
        if (Text(parent, [field]) is not { } url)
        {
            return;
        }

        foreach (var (index, (name, range)) in UrlSecret.FindKeys(url).Index())
        {
            // Escaped, so that no name holds the sign before the number.
            var path = $"{prefix}{field}?{Uri.EscapeDataString(name)}";
            var same = places.Count(place => place.Path.Split('#')[0].Equals(path, StringComparison.OrdinalIgnoreCase));
            places.Add(new SecretPlace(
                same == 0 ? path : $"{path}#{same + 1}", url[range], text => parent[field] = UrlSecret.ReplaceKey(Text(parent, [field])!, index, text)));
        }
    }

    private static void Add(List<SecretPlace> places, JsonObject settings, string field)
    {
        var parts = field.Split('.');
        if (Text(settings, parts) is { } value)
        {
            var (parent, name) = (parts.Length == 1 ? settings : settings[parts[0]]!.AsObject(), parts[^1]);
            places.Add(new SecretPlace(field, value, text => parent[name] = text));
        }
    }

    private static string? Text(JsonObject settings, ReadOnlySpan<string> path)
    {
        JsonNode? node = settings;
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
    }
}
