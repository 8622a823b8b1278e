using System.Globalization;
using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Http.Signing;

namespace EventGateway.Functions.Http.Settings;

/// <summary>Settings with a new key, which comes first.</summary>
/// <param name="Settings">The settings.</param>
/// <param name="PublicKey">The public key of the new key. Null when it has none.</param>
internal sealed record SigningRotation(SigningSettings Settings, string? PublicKey)
{
    /// <summary>
    /// Adds a new key. The keys that are valid expire when the overlap ends, unless they expire sooner. Those without a name get one,
    /// because a key that expires has a name. Keys that have expired are dropped.
    /// </summary>
    /// <param name="settings">The settings. Null when requests are not signed yet.</param>
    /// <param name="now">The time.</param>
    /// <param name="errors">Collects messages about what is not possible.</param>
    /// <returns>The new settings. Null when an error was added.</returns>
    public static SigningRotation? Of(SigningSettings? settings, KeyRotationRequest request, DateTimeOffset now, ICollection<string> errors)
    {
        var valid = settings is null || request.Overlap <= TimeSpan.Zero ? [] : settings.Keys.Where(key => !key.HasExpired(now)).ToList();
        if (valid.Count == WebhookSigner.MaxKeys)
        {
            errors.Add($"{valid.Count} keys are valid, as many as there may be. Wait until one has expired, remove one, or set overlap to 0.");
            return null;
        }

        var names = valid.Select(static key => key.Name).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (request.Name is { } given && !names.Add(given))
        {
            errors.Add($"name: \"{given}\"; a name is accepted that no other key has.");
            return null;
        }

        var name = request.Name ?? NameOf(now, names);
        var end = RoundUp(now + request.Overlap);
        var old = valid.Select(key => new SigningKey(key.Name ?? Free("key", 1, names), key.Key, key.ExpiresAt < end ? key.ExpiresAt : end)).ToList();
        var made = NewWebhookKey.Make(request.Algorithm);
        return new SigningRotation(new SigningSettings([new SigningKey(name, made.Key), .. old]), made.PublicKey);
    }

    private static string NameOf(DateTimeOffset now, HashSet<string> names)
    {
        var name = now.UtcDateTime.ToString("yyyy-MM-dd-HHmmss", CultureInfo.InvariantCulture);
        return names.Add(name) ? name : Free(name, 2, names);
    }

    private static string Free(string name, int first, HashSet<string> names)
    {
        for (var number = first; ; number++)
        {
            if (names.Add($"{name}-{number}"))
            {
                return $"{name}-{number}";
            }
        }
    }

    // Whole seconds are easier to read. The keys are valid for no less than the overlap.
    private static DateTimeOffset RoundUp(DateTimeOffset time) =>
        new((time.UtcTicks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
}
