using System.Xml;
using EventGateway.Core.CloudEvents;

namespace EventGateway.Core.Registry.Reading;

/// <summary>Reads the settings objects of resources and writes their values.</summary>
internal static class SettingsReader
{
    private const string AcceptedTimeout = "an ISO 8601 duration such as PT30S is accepted, above zero and at most PT1H.";

    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    private static readonly Dictionary<string, CloudEventFormat> Formats = new(StringComparer.Ordinal)
    {
        ["1.0"] = CloudEventFormat.V1Structured,
        ["1.0-binary"] = CloudEventFormat.V1Binary,
        ["0.1"] = CloudEventFormat.V01Structured,
    };

    /// <summary>Reads CORS settings; what is not given takes its default.</summary>
    public static CorsSettings Cors(JsonFields fields) => Cors(
        fields.Texts("allowedOrigins"), fields.Texts("allowedMethods"), fields.Texts("allowedHeaders"), fields.Flag("allowCredentials") ?? false);

    /// <summary>Makes CORS settings; a list that is not set or empty takes its default.</summary>
    public static CorsSettings Cors(
        IReadOnlyList<string>? origins, IReadOnlyList<string>? methods, IReadOnlyList<string>? headers, bool credentials)
    {
        var defaults = new CorsSettings();
        return new CorsSettings
        {
            AllowedOrigins = origins ?? defaults.AllowedOrigins,
            AllowedMethods = methods ?? defaults.AllowedMethods,
            AllowedHeaders = headers ?? defaults.AllowedHeaders,
            AllowCredentials = credentials,
        };
    }

    /// <summary>Reads delivery settings.</summary>
    public static DeliverySettings Delivery(JsonFields fields)
    {
        TimeSpan? timeout = null;
        if (fields.Text("timeout", AcceptedTimeout) is { } text && !TryParseTimeout(text, out timeout))
        {
            fields.Refuse("timeout", $"\"{text}\"; {AcceptedTimeout}");
        }

        CloudEventFormat? format = null;
        if (fields.Text("cloudEvents") is { } name)
        {
            format = Format(name);
            if (format is null)
            {
                fields.Refuse("cloudEvents", $"\"{name}\"; 1.0, 1.0-binary and 0.1 are accepted.");
            }
        }

        return new DeliverySettings { Timeout = timeout, CloudEvents = format };
    }

    /// <summary>The format of a name. Not set: there is none of that name.</summary>
    public static CloudEventFormat? Format(string name) => Formats.TryGetValue(name, out var format) ? format : null;

    /// <summary>The name of a format.</summary>
    public static string Name(CloudEventFormat format) => Formats.First(pair => pair.Value == format).Key;

    private static bool TryParseTimeout(string text, out TimeSpan? timeout)
    {
        timeout = null;
        if (!text.StartsWith('P') || char.IsWhiteSpace(text[^1]))
        {
            return false;
        }

        try
        {
            timeout = XmlConvert.ToTimeSpan(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }

        return timeout > TimeSpan.Zero && timeout <= LongestTimeout;
    }
}
