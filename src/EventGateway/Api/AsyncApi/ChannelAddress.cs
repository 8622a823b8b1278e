namespace EventGateway.Api.AsyncApi;

/// <summary>The path of a channel in the form of AsyncAPI: <c>/users/{id}</c> for <c>/users/:id</c>.</summary>
internal sealed class ChannelAddress
{
    private readonly SortedDictionary<string, string> _parameters = new(StringComparer.Ordinal);

    /// <summary>Reads the path of subscriptions.</summary>
    /// <param name="path">The path. In those of sync subscriptions, <c>:name</c> and <c>*name</c> are parameters.</param>
    public ChannelAddress(string path) => Text = string.Join('/', path.Split('/').Select(ReadSegment));

    /// <summary>The address.</summary>
    public string Text { get; }

    /// <summary>The parameters with their descriptions.</summary>
    public IReadOnlyDictionary<string, string> Parameters => _parameters;

    private string ReadSegment(string segment)
    {
        if (segment is [':' or '*', _, ..])
        {
            var name = Identifier.OfPath(segment[1..]);
            _parameters[name] = segment[0] is ':' ? "One segment of the path." : "The rest of the path, at least one segment.";
            return $"{{{name}}}";
        }

        return segment.Replace("{", "%7B", StringComparison.Ordinal).Replace("}", "%7D", StringComparison.Ordinal);
    }
}
