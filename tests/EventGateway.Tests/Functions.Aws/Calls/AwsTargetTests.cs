using EventGateway.Functions.Aws.Calls;
using EventGateway.Functions.Aws.Settings;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Aws.Calls;

public sealed class AwsTargetTests
{
    [Theory]
    [InlineData("eu-central-1", "https://lambda.eu-central-1.amazonaws.com/")]
    [InlineData("us-gov-west-1", "https://lambda.us-gov-west-1.amazonaws.com/")]
    [InlineData("cn-north-1", "https://lambda.cn-north-1.amazonaws.com.cn/")]
    [InlineData("eu-nowhere-9", "https://lambda.eu-nowhere-9.amazonaws.com/")]
    public void Is_the_endpoint_of_the_region_by_default(string region, string endpoint)
    {
        var target = AwsTarget.Create(new CommonSettings { Region = region }, "lambda");

        target.Endpoint.AbsoluteUri.ShouldBe(endpoint);
        target.IsEmulated.ShouldBeFalse();
    }

    [Theory]
    [InlineData("https://vpce-1-abc.lambda.eu-central-1.vpce.amazonaws.com", false)]
    [InlineData("https://lambda.eu-central-1.api.aws", false)]
    [InlineData("https://lambda.cn-north-1.api.amazonwebservices.com.cn", false)]
    [InlineData("http://localhost:3002", true)]
    [InlineData("https://amazonaws.com.example.com", true)]
    public void Recognizes_an_emulator_by_its_host(string endpoint, bool isEmulated) =>
        AwsTarget.Create(new CommonSettings { Region = "eu-central-1", Endpoint = endpoint }, "lambda").IsEmulated.ShouldBe(isEmulated);
}
