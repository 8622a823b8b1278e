using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Http.Settings;

namespace EventGateway.Functions.Http.Presets;

/// <summary>A type of functions that are called over HTTP.</summary>
/// <typeparam name="TSettings">The settings of the type.</typeparam>
internal interface IHttpType<TSettings>
    where TSettings : HttpSettings
{
    /// <summary>The type's name.</summary>
    static abstract string Type { get; }

    /// <summary>The type's name in the schemas of the OpenAPI document. Default: the name of the settings.</summary>
    static virtual string Title => typeof(TSettings).Name;

    /// <summary>The most important field and what it accepts, for the error when the settings are not an object.</summary>
    static abstract (string Field, string Accepted) Required { get; }

    /// <summary>Reads settings. They are not used when an error was added.</summary>
    static abstract TSettings Read(JsonFields fields);
}
