using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Batching;

/// <summary>The settings of a function that is a stream.</summary>
/// <param name="StreamName">The name of the stream.</param>
/// <param name="Common">The settings that all types have.</param>
internal abstract record StreamSettings(string StreamName, CommonSettings Common) : AwsSettings(Common)
{
    /// <summary>Reads the name of a stream.</summary>
    /// <param name="fields">The settings.</param>
    /// <param name="kind">The kind of the stream, for the error.</param>
    /// <param name="maxLength">The longest name, in characters.</param>
    protected static string ReadName(JsonFields fields, string field, string kind, int maxLength) => fields.Required(
        field,
        $"the name of a {kind}: 1 to {maxLength} letters, digits, '.', '-' and '_'",
        name => name.Length <= maxLength && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')) ?? "";
}
