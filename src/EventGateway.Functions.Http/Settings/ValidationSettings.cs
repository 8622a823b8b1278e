using System.Text.Json;
using System.Text.Json.Nodes;

namespace EventGateway.Functions.Http.Settings;

/// <summary>The setting <c>validation</c>: whether the function is asked whether it wants events before it gets the first (CloudEvents, "HTTP Webhook").</summary>
/// <param name="Origin">Who asks, a DNS name.</param>
/// <param name="Rate">How many requests a minute it is asked for. Not set: it may name any rate.</param>
internal sealed record ValidationSettings(string Origin, int? Rate)
{
    /// <summary>The field's name.</summary>
    public const string Name = "validation";

    /// <summary>The name that the gateway asks under where none is given.</summary>
    public const string DefaultOrigin = "event-gateway";

    private const string Accepted = "true, false, or an object with origin, rate or both";

    /// <summary>Checks the field and keeps it.</summary>
    public static void Validate(SettingsObject settings)
    {
        if (settings[Name].ValueKind is JsonValueKind.False)
        {
            return;
        }

        if (settings[Name].ValueKind is JsonValueKind.True)
        {
            settings.Json[Name] = true;
        }
        else if (settings.Object(Name, Accepted) is { } validation)
        {
            validation.Optional("origin", "a DNS name, such as gateway.example.com", IsOrigin);
            var rate = validation["rate"];
            if (rate.ValueKind is JsonValueKind.Number && rate.TryGetInt32(out var requests) && requests > 0)
            {
                validation.Json["rate"] = JsonValue.Create(requests);
            }
            else if (rate.ValueKind is not JsonValueKind.Undefined)
            {
                validation.Refuse("rate", "a whole number of requests a minute, at least 1");
            }

            settings.Keep(validation, Name);
        }
    }

    /// <summary>Reads stored settings; null where the function is not asked.</summary>
    public static ValidationSettings? Read(JsonElement settings)
    {
        if (!settings.TryGetProperty(Name, out var validation))
        {
            return null;
        }

        return validation.ValueKind is JsonValueKind.Object
            ? new ValidationSettings(
                validation.TryGetProperty("origin", out var origin) ? origin.GetString()! : DefaultOrigin,
                validation.TryGetProperty("rate", out var rate) ? rate.GetInt32() : null)
            : new ValidationSettings(DefaultOrigin, null);
    }

    private static bool IsOrigin(string text) =>
        text.Length <= 253 && text.Split('.').All(static label => label is { Length: > 0 and <= 63 } && label.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'));
}
