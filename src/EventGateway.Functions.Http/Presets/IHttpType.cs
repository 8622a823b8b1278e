using System.Text.Json.Nodes;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Presets;

/// <summary>A type of functions that are called over HTTP.</summary>
internal interface IHttpType
{
    /// <summary>The type's name.</summary>
    string Name { get; }

    /// <summary>What its settings have to have, for the error where there are none: <c>url</c> and what it accepts.</summary>
    (string Field, string Accepted) Required { get; }

    /// <summary>The media type that is sent in place of the event's. Default: the event's.</summary>
    string? ContentType => null;

    /// <summary>Checks and keeps the fields of this type.</summary>
    /// <returns>Whether the function is reached over TLS; true where that is not known.</returns>
    bool Read(SettingsObject settings);

    /// <summary>Turns the fields of this type into those of the type <c>http</c>, in place.</summary>
    /// <param name="settings">A copy of the stored settings.</param>
    void Translate(JsonObject settings)
    {
    }
}
