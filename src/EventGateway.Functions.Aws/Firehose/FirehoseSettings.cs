using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Aws.Batching;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Firehose;

/// <summary>The settings of the type <c>awsfirehose</c>.</summary>
/// <param name="StreamName">The name of the Firehose delivery stream, at most 64 characters: <c>deliveryStreamName</c>.</param>
/// <param name="Common">The settings that all types have.</param>
internal sealed record FirehoseSettings(string StreamName, CommonSettings Common) : StreamSettings(StreamName, Common)
{
    private const string NameField = "deliveryStreamName";

    /// <summary>Reads settings.</summary>
    public static FirehoseSettings Read(JsonFields fields) =>
        new(ReadName(fields, NameField, "Firehose delivery stream", 64), CommonSettings.Read(fields));

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer) => writer.Write(NameField, StreamName);
}
