using System.Text;
using EventGateway.TestSupport;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Aws;

/// <summary>The check of signatures against the vectors that AWS publishes (aws-sig-v4-test-suite).</summary>
public sealed class SignatureV4Tests
{
    private const string KeyId = "AKIDEXAMPLE";
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    [Theory]
    [InlineData("GET", "/", "", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("GET", "/?Param2=value2&Param1=value1", "", "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData("POST", "/", "", "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("POST", "/", "", "host;my-header1;x-amz-date", "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c")]
    [InlineData("POST", "/", "Param1=value1", "content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")]
    public void Agrees_with_the_published_vectors(string method, string target, string body, string signedHeaders, string signature) =>
        Check(method, target, body, signedHeaders, signature).ShouldBeNull();

    [Theory]
    [InlineData("GET", "/x", "")]
    [InlineData("PUT", "/", "")]
    [InlineData("GET", "/?a=b", "")]
    [InlineData("GET", "/", "x")]
    public void Finds_what_was_changed(string method, string target, string body) =>
        Check(method, target, body, "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
            .ShouldBe("InvalidSignatureException");

    private static string? Check(string method, string target, string body, string signedHeaders, string signature)
    {
        var headers = new Dictionary<string, string>
        {
            ["host"] = "example.amazonaws.com",
            ["x-amz-date"] = "20150830T123600Z",
            ["my-header1"] = "value1",
            ["content-type"] = "application/x-www-form-urlencoded",
            ["authorization"] = $"AWS4-HMAC-SHA256 Credential={KeyId}/20150830/us-east-1/service/aws4_request, SignedHeaders={signedHeaders}, Signature={signature}",
        };
        return SignatureV4.Check(
            method, target, headers.GetValueOrDefault, Encoding.UTF8.GetBytes(body), static keyId => keyId == KeyId ? Secret : null);
    }
}
