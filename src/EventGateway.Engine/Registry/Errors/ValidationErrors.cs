using System.Text.Json;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Registry.Errors;

/// <summary>Collects the errors of one request body. Each starts with the words that clients know.</summary>
internal sealed class ValidationErrors(string prefix) : FieldErrors
{
    private readonly List<string> _texts = [];

    public override bool Any => _texts.Count > 0;

    public override void Add(string field, string problem) => _texts.Add($"{prefix}{field}: {problem}");

    public override void AddRange(IEnumerable<string> errors) => _texts.AddRange(errors.Select(error => prefix + error));

    public override void AddMissing(string field, string accepted) => Add(field, $"required; {accepted}");

    public override void AddRefused(string field, JsonElement value, string accepted) => Add(field, $"{JsonFields.Describe(value)}; {accepted}");

    public override void AddNotText(string field, JsonElement value, string accepted) => AddRefused(field, value, accepted);

    public override void AddUnknown(string field, IReadOnlyList<string> known) =>
        Add(field, $"not known; {string.Join(", ", known)} are accepted.");

    public override void AddRepeated(string field, int times) => Add(field, $"given {times} times; once is accepted.");

    public RegistryError ToError() => new(RegistryReason.Invalid, _texts);
}
