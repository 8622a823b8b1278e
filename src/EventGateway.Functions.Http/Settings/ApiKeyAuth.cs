using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Functions.Http.Settings;

/// <summary>A key in a header or in the query: <c>auth.type</c> is <c>apiKey</c>.</summary>
/// <param name="In">The place of the key, <c>header</c> or <c>query</c>: <c>in</c>.</param>
/// <param name="KeyName">The name of the header or of the query's parameter: <c>name</c>.</param>
/// <param name="Value">The key: <c>value</c>.</param>
internal sealed record ApiKeyAuth(string In, string KeyName, Secret Value) : AuthSettings("apiKey")
{
    /// <summary>Whether the key goes into the query.</summary>
    public bool IsInQuery => In is "query";

    /// <inheritdoc/>
    public override bool FillsAuthorization => false;

    /// <summary>Reads the fields.</summary>
    public static new ApiKeyAuth Read(JsonFields fields)
    {
        var place = fields.Required("in", "header or query", ["header", "query"]);
        var name = fields.Required(
            "name",
            "the name of a header that belongs to neither the event nor the connection, or of a parameter of the query",
            text => place is not "header" || HeaderSettings.IsName(text));
        var value = fields.RequiredSecret(
            "value", "the key, in a header of printable ASCII characters", text => place is not "header" || HeaderSettings.IsValue(text));
        return new ApiKeyAuth(place ?? "", name ?? "", value);
    }

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer)
    {
        writer.Write("in", In);
        writer.Write("name", KeyName);
        writer.Write("value", Value);
    }
}
