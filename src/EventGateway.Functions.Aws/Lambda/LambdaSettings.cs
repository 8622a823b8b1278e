using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Lambda;

/// <summary>The settings of the type <c>awslambda</c>.</summary>
/// <param name="Arn">The ARN of the function: <c>arn</c>. Its region is <c>region</c>.</param>
/// <param name="Common">The settings that all types have.</param>
internal sealed record LambdaSettings(string Arn, CommonSettings Common) : AwsSettings(Common)
{
    private const string Accepted = "the ARN of a Lambda function, such as arn:aws:lambda:us-east-1:123456789012:function:name";

    /// <summary>Reads settings.</summary>
    /// <param name="fields">The settings.</param>
    /// <param name="anyArn">Whether the ARN may have any form.</param>
    public static LambdaSettings Read(JsonFields fields, bool anyArn)
    {
        var arn = fields.Required("arn", Accepted, anyArn ? static _ => true : LambdaArn.IsValid) ?? "";
        var settings = new LambdaSettings(arn, CommonSettings.Read(fields));
        if (fields.AreChecked && LambdaArn.IsValid(arn) && settings.Common.Region is { Length: > 0 } region && LambdaArn.Region(arn) != region)
        {
            fields.Refuse("region", $"must be the region of {fields.PathOf("arn")}, {LambdaArn.Region(arn)}");
        }

        return settings;
    }

    /// <inheritdoc/>
    protected override void WriteOwn(SettingsWriter writer) => writer.Write("arn", Arn);
}
