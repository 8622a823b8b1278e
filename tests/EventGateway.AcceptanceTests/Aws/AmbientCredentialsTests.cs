using System.Net;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;

namespace EventGateway.AcceptanceTests.Aws;

/// <summary>Where the credentials of functions that have none of their own come from.</summary>
public sealed class AmbientCredentialsTests
{
    private const string Token = "the-session-token";

    [Theory]
    [InlineData("environment")]
    [InlineData("profile")]
    [InlineData("container")]
    [InlineData("instance")]
    [InlineData("web identity")]
    public async Task They_are_found(string source)
    {
        using var directory = new TemporaryDirectory();
        await using var givers = await StartGiversAsync();
        await using var stub = await AwsStub.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions { Environment = await SurroundAsync(source, directory.Path, AddressOf(givers)) });
        foreach (var (type, field, resource) in new[] { ("awssqs", "queueUrl", "https://sqs.us-east-1.amazonaws.com/1/q"), ("awsfirehose", "deliveryStreamName", "s") })
        {
            var answer = await CallAsync(gateway, type, new JsonObject { [field] = resource, ["region"] = "us-east-1", ["endpoint"] = stub.Url });

            answer.Status.ShouldBe(200, $"{answer}\n{gateway.Output}");
            stub.RecordsOf(resource).Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task Where_there_are_none_the_call_fails_and_the_log_says_so()
    {
        using var directory = new TemporaryDirectory();
        await using var stub = await AwsStub.StartAsync();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions { Environment = Alone(directory.Path) });

        var answer = await CallAsync(
            gateway, "awssqs", new JsonObject { ["queueUrl"] = "https://sqs.us-east-1.amazonaws.com/1/q", ["region"] = "us-east-1", ["endpoint"] = stub.Url });

        answer.Status.ShouldBe(502, answer.ToString());
        stub.Calls.ShouldBe(0);
        await Eventually.TrueAsync(() => gateway.Output.Contains("No AWS credentials: "), "the log tells why");
    }

    private static async Task<RawResponse> CallAsync(GatewayProcess gateway, string type, JsonObject provider)
    {
        foreach (var (resources, resource) in new[]
        {
            ("functions", new JsonObject { ["functionId"] = type, ["type"] = type, ["provider"] = provider }),
            ("subscriptions", new JsonObject { ["functionId"] = type, ["type"] = "sync", ["eventType"] = "http.request", ["path"] = "/" + type }),
        })
        {
            var created = await gateway.Config.PostAsync("/v1/spaces/default/" + resources, resource.ToJsonString());
            created.Status.ShouldBe(201, created.ToString());
        }

        return await gateway.Events.PostAsync("/" + type, "{}");
    }

    // No file of whoever runs the tests and no address that only machines of AWS have.
    private static Dictionary<string, string> Alone(string directory) => new()
    {
        ["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(directory, "none"),
        ["AWS_CONFIG_FILE"] = Path.Combine(directory, "none"),
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    private static async Task<Dictionary<string, string>> SurroundAsync(string source, string directory, string givers)
    {
        var environment = Alone(directory);
        switch (source)
        {
            case "environment":
                environment["AWS_ACCESS_KEY_ID"] = AwsStub.KeyId;
                environment["AWS_SECRET_ACCESS_KEY"] = AwsStub.Secret;
                break;
            case "profile":
                var file = Path.Combine(directory, "credentials");
                await File.WriteAllTextAsync(file, $"[default]\naws_access_key_id = {AwsStub.KeyId}\naws_secret_access_key = {AwsStub.Secret}\n");
                environment["AWS_SHARED_CREDENTIALS_FILE"] = file;
                break;
            case "container":
                environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = givers + "/container";
                break;
            case "instance":
                environment["AWS_EC2_METADATA_DISABLED"] = "false";
                environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = givers;
                break;
            default:
                var token = Path.Combine(directory, "token");
                await File.WriteAllTextAsync(token, "a-web-identity");
                environment["AWS_WEB_IDENTITY_TOKEN_FILE"] = token;
                environment["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/gateway";
                environment["AWS_REGION"] = "us-east-1";
                environment["AWS_ENDPOINT_URL_STS"] = givers + "/sts";
                break;
        }

        return environment;
    }

    private static async Task<WebApplication> StartGiversAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(GiveAsync);
        await app.StartAsync();
        return app;
    }

    private static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    // What a container's agent, an instance's metadata and the token service answer.
    private static Task GiveAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/latest/api/token" => context.Response.WriteAsync("metadata-token"),
        "/latest/meta-data/iam/security-credentials/" => context.Response.WriteAsync("role"),
        "/sts" or "/sts/" => context.Response.WriteAsync(
            $"""
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials>
            <AccessKeyId>{AwsStub.KeyId}</AccessKeyId><SecretAccessKey>{AwsStub.Secret}</SecretAccessKey><SessionToken>{Token}</SessionToken>
            <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
            <AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/gateway/s</Arn><AssumedRoleId>ID:s</AssumedRoleId></AssumedRoleUser>
            </AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>
            """),
        _ => context.Response.WriteAsync(new JsonObject
        {
            ["Code"] = "Success",
            ["Type"] = "AWS-HMAC",
            ["LastUpdated"] = "2026-01-01T00:00:00Z",
            ["AccessKeyId"] = AwsStub.KeyId,
            ["SecretAccessKey"] = AwsStub.Secret,
            ["Token"] = Token,
            ["Expiration"] = "2099-01-01T00:00:00Z",
        }.ToJsonString()),
    };
}
