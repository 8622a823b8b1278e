namespace EventGateway.CloudEvents;

/// <summary>
/// Reads one event in binary content mode: attributes in headers, data as the body (HTTP protocol binding 1.0, section 3.1; HTTP
/// transport binding 0.1, section 3.1). Create a reader, add every header of the message, then call <see cref="Read"/>.
/// </summary>
/// <remarks>Invalid input is reported in the result and never thrown.</remarks>
public abstract class BinaryEventReader
{
    private protected const string BadContentType = "Content-Type: " + AttributeRules.NotHeaderText;

    private static readonly string[] OnlyInV01 = ["CE-EventType", "CE-CloudEventsVersion", "CE-EventID"];

    private protected BinaryEventReader()
    {
    }

    /// <summary>Finds out whether a message carries an event in binary mode.</summary>
    /// <typeparam name="T">The type of the headers.</typeparam>
    /// <param name="find">Returns the value of the header with a name, whatever the case of its letters, or null when there is no such header.</param>
    /// <returns>
    /// 1.0 when there is a header <c>ce-specversion</c>; 0.1 when there are all headers that a 0.1 event needs; null when the
    /// message carries no event in binary mode.
    /// </returns>
    public static SpecVersion? FindVersion<T>(T headers, Func<T, string, string?> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        if (find(headers, "ce-specversion") is not null)
        {
            return SpecVersion.V1;
        }

        return Has("CE-EventType") && Has("CE-CloudEventsVersion") && Has("CE-Source") && Has("CE-EventID") ? SpecVersion.V01 : null;

        bool Has(string name) => find(headers, name) is { Length: > 0 };
    }

    /// <summary>Finds out what a message lacks that has some of the headers of an event in binary mode, but not all.</summary>
    /// <typeparam name="T">The type of the headers.</typeparam>
    /// <param name="find">As for <see cref="FindVersion"/>, which has found no event.</param>
    /// <returns>An error that names the missing headers. Null when the message has none of the headers that make an event.</returns>
    public static string? FindMissing<T>(T headers, Func<T, string, string?> find)
    {
        ArgumentNullException.ThrowIfNull(find);
        foreach (var name in OnlyInV01)
        {
            if (find(headers, name) is not null)
            {
                var missing = OnlyInV01.Append("CE-Source").Where(required => find(headers, required) is not { Length: > 0 });
                return $"{string.Join(", ", missing)}: missing, an event of CloudEvents 0.1 in binary mode needs it";
            }
        }

        return find(headers, "ce-id") is not null || find(headers, "ce-type") is not null || find(headers, "ce-source") is not null
            ? "ce-specversion: missing, an event of CloudEvents 1.0 in binary mode needs it"
            : null;
    }

    /// <summary>Creates a reader for one event.</summary>
    /// <param name="version">The version, from <see cref="FindVersion"/>.</param>
    public static BinaryEventReader Create(SpecVersion version) => version == SpecVersion.V1 ? new BinaryV1Reader() : new BinaryV01Reader();

    /// <summary>Adds a header. Headers that do not belong to the event are ignored, so all headers of a message can be added.</summary>
    /// <param name="name">The name, in any case. Each name is added once.</param>
    /// <param name="values">The value, or all values of a header that is repeated.</param>
    public abstract void Add(string name, params ReadOnlySpan<string?> values);

    /// <summary>Returns the event, or every rule that it breaks.</summary>
    /// <param name="contentType">The value of the header <c>Content-Type</c>. Null when there is none.</param>
    /// <param name="data">The data, see <see cref="CloudEventData.FromBody"/>.</param>
    public abstract CloudEventReadResult Read(string? contentType, CloudEventData data);
}
