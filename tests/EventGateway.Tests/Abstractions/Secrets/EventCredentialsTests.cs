using System.Text;
using CsCheck;
using EventGateway.Abstractions.Secrets;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Secrets;

public sealed class EventCredentialsTests
{
    [Theory]
    [InlineData("Authorization")]
    [InlineData("proxy-authorization")]
    [InlineData("Cookie")]
    [InlineData("Set-Cookie")]
    [InlineData("X-Api-Key")]
    [InlineData("Api-Key")]
    [InlineData("x-functions-key")]
    [InlineData("Ocp-Apim-Subscription-Key")]
    [InlineData("X-Auth-Token")]
    [InlineData("X-Amz-Security-Token")]
    [InlineData("X-CSRF-Token")]
    [InlineData("X-Sentry-Auth")]
    [InlineData("X-Session-Id")]
    [InlineData("X-Client-Secret")]
    [InlineData("X-Hub-Signature-256")]
    [InlineData("Stripe-Signature")]
    [InlineData("X-Amzn-Oidc-Data")]
    [InlineData("X-Session")]
    [InlineData("xapikey")]
    [InlineData("accessToken")]
    public void Knows_headers_with_credentials(string name) => CredentialNames.IsHeader(name).ShouldBeTrue();

    [Theory]
    [InlineData("")]
    [InlineData("Accept")]
    [InlineData("Content-Type")]
    [InlineData("User-Agent")]
    [InlineData("Host")]
    [InlineData("Idempotency-Key")]
    [InlineData("Sec-WebSocket-Key")]
    [InlineData("X-Request-Id")]
    [InlineData("Author")]
    [InlineData("eventgatewayauthorization")]
    public void Leaves_other_headers_alone(string name) => CredentialNames.IsHeader(name).ShouldBeFalse();

    [Theory]
    [InlineData("code", true)]
    [InlineData("key", true)]
    [InlineData("sig", true)]
    [InlineData("access_token", true)]
    [InlineData("apiKey", true)]
    [InlineData("api_key", true)]
    [InlineData("X-Amz-Signature", true)]
    [InlineData("X-Amz-Credential", true)]
    [InlineData("client_secret", true)]
    [InlineData("page", false)]
    [InlineData("keyword", false)]
    [InlineData("codec", false)]
    public void Knows_parameters_with_credentials(string name, bool isCredential) => CredentialNames.IsQuery(name).ShouldBe(isCredential);

    [Theory]
    [InlineData("""{"headers":{"Authorization":"Bearer a","Accept":"b"}}""", """{"headers":{"Authorization":"*****","Accept":"b"}}""")]
    [InlineData("""{"data":{"headers":{"cookie":["a","b"]},"query":{"sig":["a"],"page":["1"]}}}""", """{"data":{"headers":{"cookie":["*****","*****"]},"query":{"sig":["*****"],"page":["1"]}}}""")]
    [InlineData("""{"data":{"event":{"data":{"headers":{"X-Api-Key" : "a" , "n":1}}}}}""", """{"data":{"event":{"data":{"headers":{"X-Api-Key" : "*****" , "n":1}}}}}""")]
    [InlineData("""{"type":"a","authorization":"Bearer a","xapikey":7,"token":null}""", """{"type":"a","authorization":"*****","xapikey":*****,"token":null}""")]
    [InlineData("""{"extensions":{"cookie":"a","eventgateway":{"authorization":{"principalId":"ada"}}}}""", """{"extensions":{"cookie":"*****","eventgateway":{"authorization":{"principalId":"ada"}}}}""")]
    [InlineData("""{"data":{"headers":{"a\ud800":"b","Auth\u006frization":"c"}}}""", """{"data":{"headers":{"a\ud800":"b","Auth\u006frization":"*****"}}}""")]
    [InlineData("""{"source":"https:\/\/me:a@host/?sig=b&c=d","subject":"a@b","data":{"source":"https://me:a@host"}}""", """{"source":"https://*****@host/?sig=*****&c=d","subject":"a@b","data":{"source":"https://me:a@host"}}""")]
    [InlineData("""{"source":"/hook?code=a","subject":"#token=b","data":{"source":"/hook?code=a"}}""", """{"source":"/hook?code=*****","subject":"#token=*****","data":{"source":"/hook?code=a"}}""")]
    [InlineData("""{"headers":{"Referer":"https://me:a@host/?code=b&c=d","Accept":"https://me:a@host"}}""", """{"headers":{"Referer":"https://*****@host/?code=*****&c=d","Accept":"https://me:a@host"}}""")]
    [InlineData("""{"data":{"query":{"a":["1;token=2","3"],"b":"4;sig=5"},"rawQuery":"a=1;token=2&a=3&%74oken=\u0061"}}""", """{"data":{"query":{"a":["*****","3"],"b":"*****"},"rawQuery":"a=*****&a=3&%74oken=*****"}}""")]
    [InlineData("""{"data":{"rawQuery":"page=1","rawQueryString":"key=1"}}""", """{"data":{"rawQuery":"page=1","rawQueryString":"key=*****"}}""")]
    [InlineData("""{"data":{"multiValueHeaders":{"Cookie":["a"]},"queryStringParameters":{"token":"a","page":"1"}}}""", """{"data":{"multiValueHeaders":{"Cookie":["*****"]},"queryStringParameters":{"token":"*****","page":"1"}}}""")]
    [InlineData("""{"data":{"token":"of the data"}}""", """{"data":{"token":"of the data"}}""")]
    public void Masks_credentials_and_nothing_else(string json, string expected) =>
        Encoding.UTF8.GetString(EventCredentials.Mask(Encoding.UTF8.GetBytes(json)).Span).ShouldBe(expected.Replace(":*****", ":\"*****\"", StringComparison.Ordinal));

    [Fact]
    public void Finds_credentials_with_and_without_their_scheme() =>
        EventCredentials.Find("""{"data":{"headers":{"Authorization":"Bearer a\/b","Cookie":"c=d"}}}"""u8).ShouldBe(["Bearer a/b", "a/b", "c=d"]);

    [Fact]
    public void Takes_any_bytes() =>
        Gen.OneOf(Gen.Byte.Array[0, 40], Gen.String[Gen.Char["{}[]\",:headrs1 "], 0, 40].Select(Encoding.UTF8.GetBytes))
            .Sample(bytes => EventCredentials.Mask(bytes).Length >= 0);
}
