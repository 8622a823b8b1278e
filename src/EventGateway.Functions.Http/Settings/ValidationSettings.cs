using System.Text.Json;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Http.Settings;

/// <summary>
/// The setting <c>validation</c>: the function is asked whether it wants events before it gets the first (CloudEvents, "HTTP Webhook").
/// </summary>
/// <param name="Origin">The DNS name that the gateway asks under: <c>origin</c>. Null means <see cref="DefaultOrigin"/>.</param>
/// <param name="Rate">The number of requests a minute that it asks for, at least 1: <c>rate</c>. Null means that the function chooses.</param>
internal sealed record ValidationSettings(string? Origin, int? Rate) : ISettings
{
    /// <summary>The field's name.</summary>
    public const string Name = "validation";

    /// <summary>The name that the gateway asks under by default.</summary>
    public const string DefaultOrigin = "event-gateway";

    private const string AcceptedRate = "a whole number of requests a minute, at least 1";
    private const string Accepted = "true, false, or an object with origin, rate or both";

    /// <summary>Whether the setting was given as <c>true</c>, not as an object. It is stored in the same form.</summary>
    public bool IsFlag { get; init; }

    /// <summary>Reads the field. Null when the function is not asked.</summary>
    public static ValidationSettings? Read(JsonFields settings)
    {
        switch (settings.Value(Name).ValueKind)
        {
            case JsonValueKind.False:
                return null;
            case JsonValueKind.True:
                return new ValidationSettings(null, null) { IsFlag = true };
            default:
                var validation = settings.Nested(
                    Name,
                    static validation => new ValidationSettings(
                        validation.Optional("origin", "a DNS name, such as gateway.example.com", IsOrigin), ReadRate(validation)),
                    Accepted);
                settings.Describe(Name, static nested => SettingSchema.Either(SettingSchema.Of("boolean", "true or false"), nested, Accepted));
                return validation;
        }
    }

    /// <summary>Writes the field.</summary>
    public void WriteTo(SettingsWriter settings)
    {
        if (IsFlag)
        {
            settings.Write(Name, true);
        }
        else
        {
            settings.Write(Name, this);
        }
    }

    /// <inheritdoc/>
    public void Write(SettingsWriter writer)
    {
        writer.Write("origin", Origin);
        writer.Write("rate", Rate);
    }

    private static int? ReadRate(JsonFields validation)
    {
        validation.Describe("rate", static _ => SettingSchema.Number("integer", 1, int.MaxValue, AcceptedRate));
        var rate = validation.Value("rate");
        if (rate.ValueKind is JsonValueKind.Number && rate.TryGetInt32(out var requests) && requests > 0)
        {
            return requests;
        }

        if (rate.ValueKind is not JsonValueKind.Undefined)
        {
            validation.Errors.AddRefused(validation.PathOf("rate"), rate, AcceptedRate);
        }

        return null;
    }

    private static bool IsOrigin(string text) =>
        text.Length <= 253 && text.Split('.').All(static label => label is { Length: > 0 and <= 63 } && label.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-'));
}
