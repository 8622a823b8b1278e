using System.Text.Json;
using EventGateway.Abstractions.Secrets;

namespace EventGateway.Abstractions.Settings;

/// <summary>Puts stored secrets in place of the masks that a client sends back.</summary>
public static class StoredSecrets
{
    /// <summary>Returns settings with each mask replaced by the secret that is stored at the same path.</summary>
    /// <param name="settings">The new settings.</param>
    /// <param name="stored">The settings that they replace. Null when there are none.</param>
    /// <param name="mayKeep">
    /// Returns whether the secret at a path may be kept. A secret must not be sent to another server than the one that it was stored
    /// for: otherwise everyone who may change a URL could read it.
    /// </param>
    /// <param name="refuse">Adds the error that no secret is stored for the mask at a path.</param>
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

        MoveListed(masks, secrets);
        return SettingsWriter.Write(settings, (path, secret) =>
        {
            if (!secret.IsMask)
            {
                return secret.Reveal();
            }

            if (secrets.TryGetValue(path, out var kept) && mayKeep(path))
            {
                return kept.Reveal();
            }

            refuse(path);
            return Secret.Mask;
        });
    }

    // The secrets of a list have no names, so the masks in it stand for all stored secrets in their order, or for none of them.
    private static void MoveListed(List<string> masks, Dictionary<string, Secret> secrets)
    {
        foreach (var list in secrets.Where(static secret => ListOf(secret.Key) is not null).GroupBy(static secret => ListOf(secret.Key)).ToList())
        {
            var stored = list.ToList();
            stored.ForEach(secret => secrets.Remove(secret.Key));
            var listed = masks.Where(path => ListOf(path) == list.Key).ToList();
            if (listed.Count == stored.Count)
            {
                foreach (var (path, secret) in listed.Zip(stored))
                {
                    secrets[path] = secret.Value;
                }
            }
        }
    }

    private static string? ListOf(string path) => path.IndexOf('[', StringComparison.Ordinal) is >= 0 and var at ? path[..at] : null;
}
