using System.Diagnostics.CodeAnalysis;

namespace EventGateway.Options;

/// <summary>Reads options from the section <c>EventGateway</c> of <c>appsettings.json</c>.</summary>
internal static class SettingsFile
{
    private const string Name = "appsettings.json";

    /// <summary>Reads the file in the working directory. A missing file has no settings.</summary>
    public static bool TryRead([NotNullWhen(true)] out IConfiguration? settings, [NotNullWhen(false)] out string? error)
    {
        try
        {
            settings = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(Name), optional: true).Build();
            error = null;
            return true;
        }
        catch (InvalidDataException exception)
        {
            settings = null;
            error = $"{Name} is not valid JSON: {exception.InnerException?.Message ?? exception.Message}";
            return false;
        }
    }

    /// <summary>Returns errors for unknown options, and for lists and objects in place of values.</summary>
    public static IEnumerable<string> Check(IConfiguration settings) =>
        from setting in settings.GetSection(OptionName.Section).GetChildren()
        let option = OptionNames.All.FirstOrDefault(option => option.Name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase))
        where option is null || (!option.IsList && setting.GetChildren().Any())
        select option is null
            ? $"{Name} has \"{setting.Key}\" in {OptionName.Section}; accepted: the options that --help lists, without dashes in front."
            : $"{Name} has a list or an object for \"{setting.Key}\" in {OptionName.Section}; accepted: one value.";
}
