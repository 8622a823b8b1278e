namespace EventGateway.Engine.Registry.Errors;

/// <summary>Collects the broken rules of one request body, each led by the words that clients know.</summary>
internal sealed class RuleBreaks(string prefix)
{
    private readonly List<string> _texts = [];

    public bool Any => _texts.Count > 0;

    /// <summary>Adds a broken rule.</summary>
    /// <param name="field">The field, as a path from the body's root.</param>
    /// <param name="problem">What is wrong and what is accepted.</param>
    public void Add(string field, string problem) => _texts.Add($"{prefix}{field}: {problem}");

    /// <summary>Adds texts that name their field themselves.</summary>
    public void AddRange(IEnumerable<string> texts) => _texts.AddRange(texts.Select(text => prefix + text));

    public RegistryError ToError() => new(RegistryReason.Invalid, _texts);
}
