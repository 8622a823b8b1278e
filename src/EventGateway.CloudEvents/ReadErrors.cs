namespace EventGateway.CloudEvents;

/// <summary>Collects broken rules; costs nothing while there are none and stays small whatever is sent.</summary>
internal struct ReadErrors
{
    /// <summary>Errors that are kept; what comes after is not worth a client's reading.</summary>
    public const int Limit = 32;

    private List<string>? _errors;
    private int _element;

    /// <summary>Names the element of a batch that the errors to come are about.</summary>
    /// <param name="index">Its index, from 0.</param>
    public void StartElement(int index) => _element = index + 1;

    public readonly bool Any => _errors is not null;

    public readonly bool IsFull => _errors?.Count >= Limit;

    public readonly IReadOnlyList<string> Items => _errors ?? (IReadOnlyList<string>)[];

    public void Add(string error)
    {
        _errors ??= [];
        if (_errors.Count < Limit)
        {
            _errors.Add(_element == 0 ? error : $"[{_element - 1}].{error}");
        }
    }
}
