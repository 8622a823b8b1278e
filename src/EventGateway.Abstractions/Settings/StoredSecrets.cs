using System.Text.Json;
using EventGateway.Abstractions.Secrets;

namespace EventGateway.Abstractions.Settings;

/// <summary>Puts stored secrets in place of the masks that a client sends back.</summary>
public static class StoredSecrets
{
    /// <summary>
    /// Returns settings with each mask replaced by the secret that is stored at the same path, or under the same name in the same list.
    /// </summary>
    /// <param name="settings">The new settings.</param>
    /// <param name="stored">The settings that they replace. Null when there are none.</param>
    /// <param name="mayKeep">
    /// Returns whether the secret at a path may be kept. A secret must not be sent to another server than the one that it was stored
    /// for: otherwise everyone who may change a URL could read it.
    /// </param>
    /// <param name="refuse">Adds the error that no secret is stored for the mask at a path: <c>signing.keys[1].key</c>.</param>
    public static JsonElement Restore(ISettings settings, ISettings? stored, Func<string, bool> mayKeep, Action<string> refuse)
    {
        ArgumentNullException.ThrowIfNull(mayKeep);
        ArgumentNullException.ThrowIfNull(refuse);
        var masks = SettingsWriter.SecretsOf(settings).Where(static secret => secret.Value.IsMask).Select(static secret => secret.Key).ToList();
        if (masks.Count == 0)
        {
            return SettingsWriter.Store(settings);
        }

        var secrets = new Dictionary<string, Secret>(StringComparer.OrdinalIgnoreCase);
        foreach (var (path, secret) in stored is null ? [] : SettingsWriter.SecretsOf(stored))
        {
            secrets.Add(path, secret);
        }

        MoveUnnamed(masks, secrets);
        return SettingsWriter.Write(settings, (path, secret) =>
        {
            if (!secret.IsMask)
            {
                return secret.Reveal();
            }

            if (secrets.TryGetValue(path.Name, out var kept) && mayKeep(path.Place))
            {
                return kept.Reveal();
            }

            refuse(path.Place);
            return Secret.Mask;
        });
    }

    /// <summary>Returns the names of the stored secrets in the list that a path leads into. Null when it leads into no list.</summary>
    /// <param name="stored">The stored settings. Null when there are none.</param>
    /// <param name="path">The path of a secret.</param>
    public static IReadOnlyList<string>? NamesBeside(ISettings? stored, string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.IndexOf('[', StringComparison.Ordinal) is not (>= 0 and var at))
        {
            return null;
        }

        var list = path[..(at + 1)];
        return
        [
            .. (stored is null ? [] : SettingsWriter.SecretsOf(stored))
                .Select(static secret => secret.Key)
                .Where(other => other.StartsWith(list, StringComparison.OrdinalIgnoreCase) && UnnamedListOf(other) is null)
                .Select(other => other[list.Length..other.LastIndexOf(']')]),
        ];
    }

    // Secrets without names: the masks in their list stand for all that are stored, in their order, or for none of them.
    private static void MoveUnnamed(List<string> masks, Dictionary<string, Secret> secrets)
    {
        foreach (var list in secrets.Where(static secret => UnnamedListOf(secret.Key) is not null).GroupBy(static secret => UnnamedListOf(secret.Key)).ToList())
        {
            var stored = list.ToList();
            stored.ForEach(secret => secrets.Remove(secret.Key));
            var listed = masks.Where(path => UnnamedListOf(path) == list.Key).ToList();
            if (listed.Count == stored.Count)
            {
                foreach (var (path, secret) in listed.Zip(stored))
                {
                    secrets[path] = secret.Value;
                }
            }
        }
    }

    // The path of a secret with a name ends with a field: keys[2026-11].key.
    private static string? UnnamedListOf(string path) => path.EndsWith(']') ? path[..path.LastIndexOf('[')] : null;
}
