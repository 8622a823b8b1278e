using System.Text.Json;

namespace EventGateway.Abstractions.Settings;

/// <summary>Words the errors of a function's settings. They never show a value, because it may be a secret.</summary>
/// <param name="texts">Receives the errors.</param>
/// <param name="ignoresUnknown">Whether unknown settings are ignored, as in 0.9.</param>
public sealed class SettingErrors(ICollection<string> texts, bool ignoresUnknown = false) : FieldErrors
{
    private readonly int _before = texts.Count;

    /// <inheritdoc/>
    public override bool Any => texts.Count > _before;

    /// <inheritdoc/>
    public override bool IgnoresUnknown => ignoresUnknown;

    /// <inheritdoc/>
    public override void Add(string field, string problem) => texts.Add($"{field} {problem}");

    /// <inheritdoc/>
    public override void AddRange(IEnumerable<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        foreach (var error in errors)
        {
            texts.Add(error);
        }
    }

    /// <inheritdoc/>
    public override void AddMissing(string field, string accepted) => Add(field, $"is required: {accepted}");

    /// <inheritdoc/>
    public override void AddRefused(string field, JsonElement value, string accepted) => Add(field, $"must be {accepted}");

    /// <inheritdoc/>
    public override void AddNotText(string field, JsonElement value, string accepted) => Add(field, $"must be a string: {accepted}");

    /// <inheritdoc/>
    public override void AddRepeated(string field, int times) => Add(field, $"is given {times} times: once is accepted");
}
