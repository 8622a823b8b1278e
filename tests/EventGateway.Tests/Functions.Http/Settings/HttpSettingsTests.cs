using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;
using EventGateway.TestSupport;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Http.Settings;

public sealed class HttpSettingsTests : IDisposable
{
    private const string Url = "\"url\":\"https://example.com/f\"";
    private const string Hmac = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly HttpFunctions _provider = new(TimeProvider.System);

    public void Dispose() => _provider.Dispose();

    [Theory]
    [InlineData("\"headers\":5", "provider.headers must be an object of strings, such as {\"X-Team\": \"blue\"}")]
    [InlineData("\"headers\":{\"a b\":\"c\"}", "provider.headers has an invalid header name; accepted: letters, digits and !#$%&'*+-.^_`|~")]
    [InlineData("\"headers\":{\"X\":\"c\\r\\nd: e\"}", "provider.headers.X must be a string of printable ASCII characters, without spaces around it")]
    [InlineData("\"headers\":{\"X\":5}", "provider.headers.X must be a string of printable ASCII characters, without spaces around it")]
    [InlineData("\"headers\":{\"X\":\"1\",\"x\":\"2\"}", "provider.headers.x is there twice")]
    [InlineData("\"headers\":{\"Content-Length\":\"1\"}", "provider.headers.Content-Length cannot be set: it belongs to the event or the connection")]
    [InlineData("\"headers\":{\"ce-id\":\"1\"}", "provider.headers.ce-id cannot be set: it belongs to the event or the connection")]
    [InlineData("\"headers\":{\"Content-Language\":\"en\"}", "provider.headers.Content-Language cannot be set: it belongs to the event or the connection")]
    [InlineData("\"headers\":{\"traceparent\":\"00\"}", "provider.headers.traceparent cannot be set: it belongs to the event or the connection")]
    [InlineData("\"auth\":\"x\"", "provider.auth must be an object with the field type: basic, bearer, apiKey, oauth2, googleIdToken or azureFunctionKey")]
    [InlineData("\"auth\":{}", "provider.auth.type is required: basic, bearer, apiKey, oauth2, googleIdToken or azureFunctionKey")]
    [InlineData("\"auth\":{\"type\":\"digest\"}", "provider.auth.type must be basic, bearer, apiKey, oauth2, googleIdToken or azureFunctionKey")]
    [InlineData("\"auth\":{\"type\":\"basic\",\"username\":\"a:b\",\"password\":\"p\"}", "provider.auth.username must be a user's name without a colon")]
    [InlineData("\"auth\":{\"type\":\"basic\",\"username\":\"a\"}", "provider.auth.password is required: the user's password")]
    [InlineData("\"auth\":{\"type\":\"bearer\",\"token\":\"a b\"}", "provider.auth.token must be a token of printable ASCII characters without spaces")]
    [InlineData("\"auth\":{\"type\":\"apiKey\",\"name\":\"k\",\"value\":\"v\",\"in\":\"cookie\"}", "provider.auth.in must be header or query")]
    [InlineData("\"auth\":{\"type\":\"apiKey\",\"name\":\"a b\",\"value\":\"v\",\"in\":\"header\"}", "provider.auth.name must be the name of a header that belongs to neither the event nor the connection, or of a parameter of the query")]
    [InlineData("\"auth\":{\"type\":\"apiKey\",\"name\":\"Transfer-Encoding\",\"value\":\"chunked\",\"in\":\"header\"}", "provider.auth.name must be the name of a header that belongs to neither the event nor the connection, or of a parameter of the query")]
    [InlineData("\"auth\":{\"type\":\"apiKey\",\"name\":\"ce-id\",\"value\":\"v\",\"in\":\"header\"}", "provider.auth.name must be the name of a header that belongs to neither the event nor the connection, or of a parameter of the query")]
    [InlineData("\"auth\":{\"type\":\"oauth2\",\"tokenUrl\":\"nowhere\",\"clientId\":\"i\",\"clientSecret\":\"s\"}", "provider.auth.tokenUrl must be an absolute http or https URL without a user or fragment, such as https://login.example.com/oauth/token")]
    [InlineData("\"auth\":{\"type\":\"googleIdToken\",\"serviceAccount\":\"{}\"}", "provider.auth.serviceAccount must be the JSON of a service account's key, with client_email, private_key (an RSA key as PEM) and token_uri")]
    [InlineData("\"auth\":{\"type\":\"bearer\",\"token\":\"t\"},\"headers\":{\"authorization\":\"x\"}", "provider.headers.Authorization and provider.auth cannot both be given")]
    [InlineData("\"signing\":{\"keys\":[]}", "provider.signing.keys must be a list of one to ten keys, whsec_… (HMAC-SHA256) or whsk_… (ed25519)")]
    [InlineData("\"signing\":{\"keys\":[\"" + Hmac + "\",\"x\"]}", "provider.signing.keys[1] must be a key that begins with whsec_ (HMAC-SHA256) or whsk_ (ed25519)")]
    [InlineData("\"tls\":{}", "provider.tls must be an object with certificate and key, ca, or all three, as PEM")]
    [InlineData("\"tls\":{\"ca\":\"x\"}", "provider.tls.ca must be certificates of authorities as PEM, without their keys")]
    [InlineData("\"tls\":{\"ca\":\"-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\"}", "provider.tls.ca must be certificates of authorities as PEM, without their keys")]
    [InlineData("\"tls\":{\"key\":\"x\"}", "provider.tls.certificate is required: a certificate as PEM, followed by those that lead to its root, without its key")]
    [InlineData("\"validation\":\"yes\"", "provider.validation must be true, false, or an object with origin, rate or both")]
    [InlineData("\"validation\":{\"rate\":0}", "provider.validation.rate must be a whole number of requests a minute, at least 1")]
    [InlineData("\"validation\":{\"origin\":\"a b\"}", "provider.validation.origin must be a DNS name, such as gateway.example.com")]
    [InlineData("\"auth\":{\"type\":\"basic\",\"username\":\"a\",\"password\":\"p\",\"pass\":\"p\"}", "Unknown field \"provider.auth.pass\". Did you mean \"provider.auth.password\"?")]
    [InlineData("\"signing\":{\"keys\":[\"" + Hmac + "\"],\"key\":1}", "Unknown field \"provider.signing.key\". Did you mean \"provider.signing.keys\"?")]
    [InlineData("\"validation\":{\"rates\":9}", "Unknown field \"provider.validation.rates\". Did you mean \"provider.validation.rate\"?")]
    [InlineData("\"header\":{}", "Unknown field \"provider.header\". Did you mean \"provider.headers\"?")]
    [InlineData("\"token\":1", "Unknown field \"provider.token\". url, auth, headers, signing, tls and validation are accepted.")]
    [InlineData("\"rate\":1", "Unknown field \"provider.rate\". Did you mean \"provider.validation.rate\"?")]
    [InlineData("\"URL\":\"http://other.example.com\"", "provider.url is given 2 times: once is accepted")]
    public void Names_the_field_and_what_it_accepts(string settings, string error) => ErrorsOf($"{{{Url},{settings}}}").ShouldBe([error]);

    [Fact]
    public void Refuses_certificates_without_tls_and_two_ways_to_be_a_user()
    {
        var (pem, _) = Pair();
        ErrorsOf(new JsonObject { ["url"] = "http://example.com", ["tls"] = new JsonObject { ["ca"] = pem } }.ToJsonString())
            .ShouldBe(["provider.tls is for https URLs only"]);
        ErrorsOf("""{"url":"https://u:p@example.com","auth":{"type":"bearer","token":"t"}}""")
            .ShouldBe(["provider.url must not contain a user when provider.auth is set"]);
    }

    [Fact]
    public void Accepts_one_source_of_the_authorization_header()
    {
        ErrorsOf("""{"url":"https://u:p@example.com","headers":{"authorization":"x"}}""")
            .ShouldBe(["provider.headers.Authorization and the user of provider.url cannot both be given"]);
        ErrorsOf("""{"url":"https://r-p.cloudfunctions.net/f","headers":{"Authorization":"x"}}""", _provider.Presets[1])
            .ShouldBe(["provider.headers.Authorization and the ID token cannot both be given"]);
        ErrorsOf("""{"apiHost":"https://ow.example.com","action":"a","auth":"id:secret","headers":{"Authorization":"x"}}""", _provider.Presets[2])
            .ShouldBe(["provider.headers.Authorization and provider.auth cannot both be given"]);
    }

    // Certificates are not masked.
    [Fact]
    public void Refuses_a_private_key_among_certificates()
    {
        var (certificate, key) = Pair();

        ErrorsOf(WithTls(certificate + "\n" + key, key))
            .ShouldBe(["provider.tls.certificate must be a certificate as PEM, followed by those that lead to its root, without its key"]);
        ErrorsOf(new JsonObject { ["url"] = "https://example.com", ["tls"] = new JsonObject { ["ca"] = certificate + "\n" + key } }.ToJsonString())
            .ShouldBe(["provider.tls.ca must be certificates of authorities as PEM, without their keys"]);
    }

    [Fact]
    public void Refuses_a_key_of_a_service_account_that_cannot_sign()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create();
        foreach (var key in new[] { rsa.ExportRSAPublicKeyPem(), rsa.ExportSubjectPublicKeyInfoPem(), ec.ExportPkcs8PrivateKeyPem() })
        {
            ErrorsOf(WithAccount(key)).ShouldHaveSingleItem().ShouldStartWith("provider.auth.serviceAccount must be ");
        }

        ErrorsOf(WithAccount(rsa.ExportPkcs8PrivateKeyPem())).ShouldBeEmpty();
    }

    [Fact]
    public void Masks_every_secret_and_keeps_each_that_is_sent_back_masked()
    {
        var (certificate, key) = Pair();
        var stored = Validate(new JsonObject
        {
            ["url"] = "https://example.com/f",
            ["headers"] = new JsonObject { ["X-Key"] = "secret-header" },
            ["auth"] = new JsonObject { ["type"] = "oauth2", ["tokenUrl"] = "https://login/", ["clientId"] = "me", ["clientSecret"] = "secret-client" },
            ["signing"] = new JsonObject { ["keys"] = new JsonArray(Hmac, Ed25519.Key) },
            ["tls"] = new JsonObject { ["certificate"] = certificate, ["key"] = key },
            ["validation"] = true,
        }.ToJsonString());

        var masked = _provider.Mask(stored);

        var text = masked.GetRawText();
        text.ShouldNotContain("secret-");
        text.ShouldNotContain("whsec_");
        text.ShouldNotContain("whsk_");
        text.ShouldNotContain("PRIVATE");
        text.Split("\"*****\"").Length.ShouldBe(6);
        var errors = new List<string>();
        var kept = _provider.Unmask(Validate(masked.GetRawText()), stored, errors);
        errors.ShouldBeEmpty();
        JsonElement.DeepEquals(kept, stored).ShouldBeTrue();
    }

    [Theory]
    [InlineData("https://example.com/f?code=secret&page=1", "https://example.com/f?code=*****&page=1")]
    [InlineData("https://me:secret@example.com/f?a=b&Access_Token=secret%2B1&sig=secret&sig=secret2#end", "https://*****@example.com/f?a=b&Access_Token=*****&sig=*****&sig=*****#end")]
    [InlineData("https://example.com/f?a=1;code=secret&a=2;b=3&a=;sig=secret2", "https://example.com/f?a=*****&a=2;b=3&a=*****")]
    [InlineData("https://example.com/f?a;code=secret&%E9-key=a&%E9-token=secret2", "https://example.com/f?a;code=*****&%E9-key=a&%E9-token=*****")]
    [InlineData("https://example.com/code=a?key&key=", "https://example.com/code=a?key&key=")]
    public void Masks_keys_in_the_query_of_a_URL_and_keeps_those_that_are_sent_back_masked(string url, string shown)
    {
        var stored = Validate(new JsonObject { ["url"] = url }.ToJsonString());

        var masked = _provider.Mask(stored);

        masked.GetProperty("url").GetString().ShouldBe(shown);
        var errors = new List<string>();
        var kept = _provider.Unmask(Validate(masked.GetRawText()), stored, errors);
        errors.ShouldBeEmpty();
        JsonElement.DeepEquals(kept, stored).ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"url":"https://other/f?code=*****"}""", "provider.url?code")]
    [InlineData("""{"url":"https://example.com/f?key=*****"}""", "provider.url?key")]
    [InlineData("""{"url":"https://other/f","auth":{"type":"bearer","token":"*****"}}""", "provider.auth.token")]
    [InlineData("""{"url":"http://example.com/f","auth":{"type":"bearer","token":"*****"}}""", "provider.auth.token")]
    [InlineData("""{"url":"https://example.com/f","headers":{"X-Other":"*****"}}""", "provider.headers.X-Other")]
    [InlineData("""{"url":"https://example.com/f","auth":{"type":"oauth2","tokenUrl":"https://evil/","clientId":"me","clientSecret":"*****"}}""", "provider.auth.clientSecret")]
    [InlineData("""{"url":"https://example.com/f","signing":{"keys":["*****","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]}}""", "provider.signing.keys[0]")]
    [InlineData("""{"url":"https://example.com/f?sig=*****&sig=*****"}""", "provider.url?sig[0]", "provider.url?sig[1]")]
    public void Keeps_no_secret_for_another_server_or_field(string settings, params string[] fields)
    {
        var stored = Validate("""
            {"url":"https://example.com/f?code=c","headers":{"X-Key":"k"},
             "auth":{"type":"oauth2","tokenUrl":"https://login/","clientId":"me","clientSecret":"s"},
             "signing":{"keys":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw","whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]}}
            """);
        var errors = new List<string>();

        _provider.Unmask(Validate(settings), stored, errors);

        errors.ShouldBe(fields.Select(field => $"{field} is *****, but no secret is stored in this field for this server"));
    }

    [Fact]
    public void Keeps_no_key_of_a_query_in_place_of_another_of_its_name()
    {
        var stored = Validate("""{"url":"https://example.com/f?sig=one&sig=two"}""");
        var errors = new List<string>();

        _provider.Unmask(Validate("""{"url":"https://example.com/f?sig=*****"}"""), stored, errors);

        errors.ShouldBe(["provider.url?sig is *****, but no secret is stored in this field for this server"]);
    }

    [Fact]
    public void Returns_settings_without_masks_unchanged_and_does_not_check_them_again()
    {
        var settings = JsonElement.Parse(WithTls("no certificate", "no key"));
        var errors = new List<string>();

        var unmasked = _provider.Unmask(settings, default, errors);

        errors.ShouldBeEmpty();
        unmasked.GetRawText().ShouldBe(settings.GetRawText());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Finds_out_whether_requests_are_signed_without_importing_certificates_and_keys(bool isSigned)
    {
        var settings = JsonNode.Parse(WithTls("no certificate", "no key"))!;
        if (isSigned)
        {
            settings["signing"] = JsonNode.Parse("""{"keys":["no key"]}""");
        }

        var function = new Function { Space = "default", FunctionId = "f", Type = "http", Provider = JsonElement.Parse(settings.ToJsonString()) };

        _provider.IsSigned(function).ShouldBe(isSigned);
    }

    [Fact]
    public void Checks_a_new_certificate_against_the_key_that_is_kept()
    {
        var (certificate, key) = Pair();
        var stored = Validate(WithTls(certificate, key));
        var errors = new List<string>();

        _provider.Unmask(Validate(WithTls(Pair().Certificate, Secret.Mask)), stored, errors);

        errors.ShouldBe(["provider.tls.key must be the certificate's private key as PEM, not encrypted"]);
    }

    [Theory]
    [InlineData(0, """{"url":"https://a.azurewebsites.net/api/f","key":"secret"}""", """{"url":"https://a.azurewebsites.net/api/f","key":"*****"}""")]
    [InlineData(1, """{"url":"https://r-p.cloudfunctions.net/f"}""", """{"url":"https://r-p.cloudfunctions.net/f"}""")]
    [InlineData(2, """{"apiHost":"https://ow.example.com","action":"p/a","auth":"id:secret"}""", """{"apiHost":"https://ow.example.com","action":"p/a","auth":"*****"}""")]
    public void Stores_and_masks_the_settings_of_presets(int preset, string settings, string masked)
    {
        var errors = new List<string>();
        var provider = _provider.Presets[preset];

        var stored = provider.Validate(JsonElement.Parse(settings), new SettingErrors(errors));

        errors.ShouldBeEmpty();
        JsonElement.DeepEquals(provider.Mask(stored), JsonElement.Parse(masked)).ShouldBeTrue(provider.Mask(stored).GetRawText());
        JsonElement.DeepEquals(provider.Unmask(provider.Mask(stored), stored, errors), stored).ShouldBeTrue();
    }

    [Theory]
    [InlineData(-1, """{"url":"https://u:p@example.com/f?code=1","headers":{"X-A":"1","x-b":"2"},"signing":{"keys":["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]},"validation":true}""")]
    [InlineData(-1, """{"url":"https://example.com/f","auth":{"type":"basic","username":"u","password":"p"},"headers":{},"validation":{}}""")]
    [InlineData(-1, """{"url":"https://example.com/f","auth":{"type":"bearer","token":"t"},"validation":{"origin":"a.example","rate":5}}""")]
    [InlineData(-1, """{"url":"https://example.com/f","auth":{"type":"apiKey","in":"query","name":"k","value":"v"},"validation":{"rate":5}}""")]
    [InlineData(-1, """{"url":"https://example.com/f","auth":{"type":"oauth2","tokenUrl":"https://login/","clientId":"i","clientSecret":"s","scope":"a b","audience":"x","clientAuthentication":"body"}}""")]
    [InlineData(-1, """{"url":"https://example.com/f","auth":{"type":"googleIdToken","audience":"x"}}""")]
    [InlineData(-1, """{"url":"https://example.com/f","auth":{"type":"azureFunctionKey","key":"k\u002B"}}""")]
    [InlineData(0, """{"url":"https://example.com/f","key":"k","headers":{"X-A":"1"}}""")]
    [InlineData(1, """{"url":"https://example.com/f","audience":"x","headers":{"X-A":"1"}}""")]
    [InlineData(2, """{"apiHost":"https://ow.example.com","namespace":"n","action":"p/a","auth":"id:secret","headers":{"X-A":"1"}}""")]
    public void Stores_settings_in_one_form(int preset, string settings)
    {
        var provider = preset < 0 ? _provider : _provider.Presets[preset];
        var errors = new List<string>();

        provider.Validate(JsonElement.Parse(settings), new SettingErrors(errors)).GetRawText().ShouldBe(settings);

        errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0, "provider.url", "provider.key")]
    [InlineData(1, "provider.url")]
    [InlineData(2, "provider.apiHost", "provider.action", "provider.auth")]
    public void Names_the_required_fields_of_presets(int preset, params string[] fields)
    {
        var errors = new List<string>();

        _provider.Presets[preset].Validate(JsonElement.Parse("{}"), new SettingErrors(errors));

        errors.Select(error => error.Split(' ')[0]).ShouldBe(fields);
    }

    private static (string Certificate, string Key) Pair()
    {
        using var certificate = SelfSigned.Create();
        return (certificate.ExportCertificatePem(), certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    private static string WithAccount(string key) => new JsonObject
    {
        ["url"] = "https://example.com",
        ["auth"] = new JsonObject
        {
            ["type"] = "googleIdToken",
            ["serviceAccount"] = new JsonObject { ["client_email"] = "me@example.com", ["private_key"] = key, ["token_uri"] = "https://login.example.com" },
        },
    }.ToJsonString();

    private static string WithTls(string certificate, string key) => new JsonObject
    {
        ["url"] = "https://example.com",
        ["tls"] = new JsonObject { ["certificate"] = certificate, ["key"] = key },
    }.ToJsonString();

    private JsonElement Validate(string settings)
    {
        var errors = new List<string>();
        var stored = _provider.Validate(JsonElement.Parse(settings), new SettingErrors(errors));
        errors.ShouldBeEmpty();
        return stored;
    }

    private List<string> ErrorsOf(string settings, IFunctionProvider? provider = null)
    {
        var errors = new List<string>();
        (provider ?? _provider).Validate(JsonElement.Parse(settings), new SettingErrors(errors));
        return errors;
    }
}
