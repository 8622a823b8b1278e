using System.Text.Json;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Registry.Errors;

/// <summary>Collects the errors of one request body. Each starts with the words that clients know.</summary>
/// <param name="prefix">The words before each error. May be empty.</param>
/// <param name="ignoresUnknown">Whether unknown fields of the body, and text after it, are ignored, as in 0.9.</param>
public sealed class ValidationErrors(string prefix, bool ignoresUnknown = false) : FieldErrors
{
    private readonly List<string> _texts = [];

    /// <inheritdoc/>
    public override bool Any => _texts.Count > 0;

    /// <inheritdoc/>
    public override bool IgnoresUnknown => ignoresUnknown;

    /// <inheritdoc/>
    public override void Add(string field, string problem) => _texts.Add($"{prefix}{field}: {problem}");

    /// <inheritdoc/>
    public override void AddRange(IEnumerable<string> errors) => _texts.AddRange(errors.Select(error => prefix + error));

    /// <inheritdoc/>
    public override void AddMissing(string field, string accepted) => Add(field, $"required; {accepted}");

    /// <inheritdoc/>
    public override void AddRefused(string field, JsonElement value, string accepted) => Add(field, $"{JsonFields.Describe(value)}; {accepted}");

    /// <inheritdoc/>
    public override void AddNotText(string field, JsonElement value, string accepted) => AddRefused(field, value, accepted);

    /// <inheritdoc/>
    public override void AddRepeated(string field, int times) => Add(field, $"given {times} times; once is accepted.");

    /// <summary>Returns the errors as one.</summary>
    public RegistryError ToError() => new(RegistryReason.Invalid, _texts);
}
