using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EventGateway.Abstractions.Resources;

/// <summary>A function: something that a provider can call with an event.</summary>
public sealed record Function : IResource
{
    /// <summary>The space that it belongs to; taken from the URL.</summary>
    public required string Space { get; init; }

    /// <summary>Its id, unique in the space: letters, digits, '.', '-' and '_'.</summary>
    public required string FunctionId { get; init; }

    /// <summary>The provider that calls it, such as http.</summary>
    public required string Type { get; init; }

    /// <summary>The settings of that type: for http an object with url and optional headers, auth, signing, tls and validation, for azurefunction with url and key, for googlecloudfunction with url, for openwhisk with apiHost, action and auth, for awslambda one with arn and region, for awskinesis with streamName and region, for awsfirehose with deliveryStreamName and region, for awssqs with queueUrl and region, for builtin with name.</summary>
    public required JsonElement Provider { get; init; }

    /// <summary>Labels by which lists can be filtered. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    string IResource.Id => FunctionId;

    // Called by ToString. Leaves out the settings, because they contain secrets, and logs and errors may show the text.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(CultureInfo.InvariantCulture, $"Space = {Space}, FunctionId = {FunctionId}, Type = {Type}");
        return true;
    }
}
