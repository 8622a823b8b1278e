using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Settings;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Description;

/// <summary>The schemas of settings come from the readers of the settings, and are complete.</summary>
public sealed class SettingsSchemaTests
{
    private const string Mask = "*****";

    // Every setting of each type. A new one must be added here, and then be in the schema too.
    private static readonly Dictionary<string, string[]> Complete = new(StringComparer.Ordinal)
    {
        ["http"] =
        [
            .. new[]
            {
                """{"type":"basic","username":"u","password":"*****"}""",
                """{"type":"bearer","token":"*****"}""",
                """{"type":"apiKey","in":"header","name":"X-Key","value":"*****"}""",
                """{"type":"oauth2","tokenUrl":"https://login.example.com/token","clientId":"c","clientSecret":"*****","scope":"s","audience":"a","clientAuthentication":"body"}""",
                """{"type":"googleIdToken","audience":"a","serviceAccount":"*****"}""",
                """{"type":"azureFunctionKey","key":"*****"}""",
            }.Select(static auth => $$"""{"url":"https://example.com/","auth":{{auth}},COMMON}"""),
        ],
        ["azurefunction"] = ["""{"url":"https://example.com/","key":"*****",COMMON}"""],
        ["googlecloudfunction"] = ["""{"url":"https://example.com/","audience":"a","serviceAccount":"*****",COMMON}"""],
        ["openwhisk"] = ["""{"apiHost":"https://example.com","namespace":"n","action":"a","auth":"*****",COMMON}"""],
        ["awslambda"] = ["""{"arn":"arn:aws:lambda:us-east-1:123456789012:function:f",AWS}"""],
        ["awskinesis"] = ["""{"streamName":"s",AWS}"""],
        ["awsfirehose"] = ["""{"deliveryStreamName":"s",AWS}"""],
        ["awssqs"] = ["""{"queueUrl":"https://sqs.us-east-1.amazonaws.com/1/q",AWS}"""],
        ["builtin"] = ["""{"name":"echo"}"""],
    };

    public static TheoryData<string> Types => [.. AllProviders.Table.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void Have_every_setting_of_the_type(string type)
    {
        var provider = AllProviders.Find(type);
        var settings = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var text in Complete[type].Select(Expand))
        {
            var errors = new List<string>();
            var stored = provider.Validate(JsonElement.Parse(text), new SettingErrors(errors));
            errors.ShouldBeEmpty();
            settings.UnionWith(PathsOf(stored, ""));
        }

        PathsOf(provider.DescribeSettings(), "").Distinct().ShouldBe(settings, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Describe_every_setting_with_its_type(string type)
    {
        var schema = AllProviders.Find(type).DescribeSettings()!;

        foreach (var (path, setting) in PropertiesOf(schema, ""))
        {
            (setting["type"] ?? setting["oneOf"]).ShouldNotBeNull(path);
            // The field that names a kind is described by the object's description.
            (setting["description"] ?? setting["enum"]).ShouldNotBeNull(path);
        }
    }

    [Theory]
    [InlineData("http", "url")]
    [InlineData("azurefunction", "key,url")]
    [InlineData("googlecloudfunction", "url")]
    [InlineData("openwhisk", "action,apiHost,auth")]
    [InlineData("awslambda", "arn,region")]
    [InlineData("awskinesis", "region,streamName")]
    [InlineData("awsfirehose", "deliveryStreamName,region")]
    [InlineData("awssqs", "queueUrl,region")]
    [InlineData("builtin", "name")]
    public void Require_what_the_type_requires(string type, string required) =>
        AllProviders.Find(type).DescribeSettings()!["required"]!.AsArray().Select(static name => (string)name!).ShouldBe(required.Split(','));

    [Fact]
    public void Say_which_settings_are_secret()
    {
        var fields = PropertiesOf(AllProviders.Find("http").DescribeSettings()!, "").ToLookup(static field => field.Path, static field => field.Schema, StringComparer.Ordinal);

        foreach (var path in new[] { "auth.password", "auth.token", "auth.value", "auth.clientSecret", "auth.key", "tls.key" })
        {
            var secret = fields[path].Single();
            ((string)secret["format"]!).ShouldBe("password", path);
            ((string)secret["description"]!).ShouldContain(Mask);
        }
    }

    private static string Expand(string settings)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=gateway", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var pem = JsonSerializer.Serialize(certificate.ExportCertificatePem());
        return settings
            .Replace(
                "COMMON",
                $$"""
                "headers":{"X-Team":"*****"},"signing":{"keys":[{"name":"new","key":"*****"},{"name":"old","key":"*****","expiresAt":"2100-01-01T00:00:00Z"}]},"tls":{"certificate":{{pem}},"key":"*****","ca":{{pem}}},
                "validation":{"origin":"gateway.example.com","rate":60}
                """,
                StringComparison.Ordinal)
            .Replace(
                "AWS",
                """
                "region":"us-east-1","awsAccessKeyId":"AKID","awsSecretAccessKey":"*****","awsSessionToken":"*****","endpoint":"http://localhost:4566"
                """,
                StringComparison.Ordinal);
    }

    // The names of headers are the user's own.
    private static IEnumerable<string> PathsOf(JsonElement value, string path) =>
        value.ValueKind is JsonValueKind.Object && path != "headers"
            ? value.EnumerateObject().SelectMany(field => PathsOf(field.Value, Join(path, field.Name)))
        : value.ValueKind is JsonValueKind.Array ? value.EnumerateArray().SelectMany(item => PathsOf(item, path))
        : [path];

    private static IEnumerable<string> PathsOf(JsonNode? schema, string path) =>
        schema?["oneOf"] is JsonArray forms ? forms.Where(IsObject).SelectMany(form => PathsOf(form, path)).DefaultIfEmpty(path)
        : IsObject(schema) ? schema!["properties"]!.AsObject().SelectMany(field => PathsOf(field.Value, Join(path, field.Key)))
        : schema?["items"] is { } items ? PathsOf(items, path)
        : [path];

    private static IEnumerable<(string Path, JsonNode Schema)> PropertiesOf(JsonNode schema, string path) =>
        schema["oneOf"] is JsonArray forms ? forms.SelectMany(form => PropertiesOf(form!, path))
        : schema["properties"] is JsonObject properties
            ? properties.SelectMany(field => PropertiesOf(field.Value!, Join(path, field.Key)).Prepend((Join(path, field.Key), field.Value!)))
        : schema["items"] is { } items ? PropertiesOf(items, path)
        : [];

    private static bool IsObject(JsonNode? schema) => schema?["properties"] is JsonObject { Count: > 0 };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
