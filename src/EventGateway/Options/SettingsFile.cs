using EventGateway.Abstractions.Settings;

namespace EventGateway.Options;

/// <summary>Reads options from the section <c>EventGateway</c> of <c>appsettings.json</c>.</summary>
internal static class SettingsFile
{
    private const string Name = "appsettings.json";

    /// <summary>Reads the file in the working directory. A missing or invalid file has no settings.</summary>
    /// <param name="errors">The errors of the file.</param>
    public static IConfiguration Read(out IReadOnlyList<string> errors)
    {
        try
        {
            var settings = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(Name), optional: true).Build();
            errors = [.. Check(settings)];
            return settings;
        }
        catch (InvalidDataException exception)
        {
            errors = [$"{Name} is not valid JSON: {exception.InnerException?.Message ?? exception.Message}"];
            return new ConfigurationBuilder().Build();
        }
    }

    /// <summary>Returns the text of an option, or null when the file does not set it.</summary>
    public static OptionText? Find(IConfiguration settings, OptionName option)
    {
        var text = settings[option.Key]
            ?? (option.IsList ? string.Join(OptionNames.ValueSeparator, settings.GetSection(option.Key).GetChildren().Select(static child => child.Value)) : null);
        return string.IsNullOrEmpty(text) ? null : new OptionText(text, $"{option.Name} in {Name}");
    }

    /// <summary>Returns errors for unknown options, for lists and objects in place of values, and for sections that are probably meant to be ours.</summary>
    public static IEnumerable<string> Check(IConfiguration settings)
    {
        foreach (var section in settings.GetChildren())
        {
            if (Find(section.Key) is { } option)
            {
                yield return $"{Name} has \"{option.Name}\" outside of a section; accepted: {{\"{OptionName.Section}\": {{\"{option.Name}\": …}}}}.";
            }
            else if (section.Key.Equals(OptionName.Section, StringComparison.OrdinalIgnoreCase))
            {
                foreach (var error in section.GetChildren().Select(CheckOption).OfType<string>())
                {
                    yield return error;
                }
            }
            else if (NearestName.Find(section.Key, [OptionName.Section]) is not null)
            {
                yield return $"Unknown section \"{section.Key}\" in {Name}. Did you mean \"{OptionName.Section}\"?";
            }
        }
    }

    private static string? CheckOption(IConfigurationSection setting) =>
        Find(setting.Key) is not { } option
            ? $"Unknown option \"{setting.Key}\" in {OptionName.Section} of {Name}. "
                + (NearestName.Find(setting.Key, OptionNames.Current) is { } nearest ? $"Did you mean \"{nearest}\"?" : "--help lists the options that are accepted.")
        : !option.IsList && setting.GetChildren().Any()
            ? $"{Name} has a list or an object for \"{setting.Key}\" in {OptionName.Section}; accepted: one value."
        : null;

    private static OptionName? Find(string name) => OptionNames.All.FirstOrDefault(option => option.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
