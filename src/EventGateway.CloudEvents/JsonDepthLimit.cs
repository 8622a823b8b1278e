namespace EventGateway.CloudEvents;

/// <summary>
/// Limits how deeply JSON is nested (RFC 8259, section 9, allows a limit). The depth of a value that is not an object or array is 0.
/// The limit is for data: an event or a batch around it may be deeper.
/// </summary>
/// <param name="Levels">The maximum depth.</param>
/// <param name="Option">The option that sets the limit, which errors name. Null means that no option sets it.</param>
public readonly record struct JsonDepthLimit(int Levels, string? Option = null)
{
    /// <summary>The default limit: 256 levels.</summary>
    public static JsonDepthLimit Default { get; } = new(256);

    /// <summary>No limit. The readers do not recurse, so depth costs one bit a level.</summary>
    public static JsonDepthLimit None { get; } = new(int.MaxValue);

    /// <summary>Returns the error for something that is nested more deeply.</summary>
    /// <param name="name">What is nested, such as the name of a field.</param>
    public string ErrorFor(string name) =>
        $"{name}: is nested deeper than {Levels} levels{(Option is null ? "" : $", the limit of {Option}")}";

    /// <summary>Returns the limit for a document that has the limited value inside.</summary>
    /// <param name="levels">The number of objects and arrays around the value.</param>
    internal int Around(int levels) => Levels > int.MaxValue - levels ? int.MaxValue : Levels + levels;
}
