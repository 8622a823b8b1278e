namespace EventGateway.CloudEvents;

/// <summary>Collects errors. It allocates nothing without errors, and keeps only a limited number of them.</summary>
internal struct ReadErrors
{
    /// <summary>The maximum number of errors.</summary>
    public const int MaxErrors = 32;

    private List<string>? _errors;
    private int _element;

    /// <summary>Sets the element of a batch that the next errors belong to.</summary>
    /// <param name="index">The index, from 0.</param>
    public void StartElement(int index) => _element = index + 1;

    public readonly bool Any => _errors is not null;

    public readonly bool IsFull => _errors?.Count >= MaxErrors;

    public readonly IReadOnlyList<string> Items => _errors ?? (IReadOnlyList<string>)[];

    public void Add(string error)
    {
        _errors ??= [];
        if (_errors.Count < MaxErrors)
        {
            _errors.Add(_element == 0 ? error : $"[{_element - 1}].{error}");
        }
    }
}
