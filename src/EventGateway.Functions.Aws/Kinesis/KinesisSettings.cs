using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Aws.Batching;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Kinesis;

/// <summary>The settings of the type <c>awskinesis</c>.</summary>
/// <param name="StreamName">The name of the Kinesis data stream, at most 128 characters: <c>streamName</c>.</param>
/// <param name="Common">The settings that all types have.</param>
internal sealed record KinesisSettings(string StreamName, CommonSettings Common) : StreamSettings(StreamName, Common)
{
    private const string NameField = "streamName";

    /// <summary>Reads settings.</summary>
    public static KinesisSettings Read(JsonFields fields) =>
        new(ReadName(fields, NameField, "Kinesis data stream", 128), CommonSettings.Read(fields));

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer) => writer.Write(NameField, StreamName);
}
