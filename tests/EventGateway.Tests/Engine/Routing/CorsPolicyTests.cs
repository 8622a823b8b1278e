using CsCheck;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Engine.Routing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Routing;

public class CorsPolicyTests
{
    private static readonly string[] PreflightVary = ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"];

    private static readonly CorsSettings Defaults = new();

    private static readonly CorsSettings Full = new()
    {
        AllowedOrigins = ["http://example.com", "http://*.domain.com"],
        AllowedMethods = ["PUT", "patch"],
        AllowedHeaders = ["x-api-key", "Content-Type"],
        AllowCredentials = true,
    };

    [Theory]
    [InlineData("http://example.com", "PUT", null, null)]
    [InlineData("http://EXAMPLE.com", "PUT", null, null)]
    [InlineData("http://example.com", "PATCH", null, null)]
    [InlineData("http://foo.domain.com", "PUT", "X-Api-Key", "X-Api-Key")]
    [InlineData("http://a.b.domain.com", "PUT", null, null)]
    [InlineData("http://example.com", "PUT", "x-api-key,content-type , origin", "X-Api-Key, Content-Type, Origin")]
    [InlineData("http://example.com", "OPTIONS", "", null)]
    public void Grants_a_preflight(string origin, string method, string? headers, string? granted) =>
        ShouldBe(CorsPolicy.Evaluate(Full, new CorsRequest("OPTIONS", origin, method, headers)), new CorsHeaders
        {
            Vary = PreflightVary,
            AllowOrigin = origin,
            AllowMethods = method,
            AllowHeaders = granted,
            AllowCredentials = true,
        });

    [Theory]
    [InlineData(null, null, "the origin is not in allowedOrigins")]
    [InlineData("", null, "the origin is not in allowedOrigins")]
    [InlineData("http://evil.com", null, "the origin is not in allowedOrigins")]
    [InlineData("http://example.com.evil.com", null, "the origin is not in allowedOrigins")]
    [InlineData("http://domain.com", null, "the origin is not in allowedOrigins")]
    [InlineData("https://example.com", null, "the origin is not in allowedOrigins")]
    [InlineData("null", null, "the origin is not in allowedOrigins")]
    [InlineData("http://example.com", "x-api-key, x-other", "the header X-Other is not in allowedHeaders")]
    [InlineData("http://example.com", "x-api-key, b\"d", "Access-Control-Request-Headers is malformed")]
    public void Refuses_a_preflight_by_saying_nothing_but_in_the_log(string? origin, string? headers, string reason) =>
        ShouldBe(CorsPolicy.Evaluate(Full, new CorsRequest("OPTIONS", origin, "PUT", headers)), new CorsHeaders { Vary = PreflightVary, Refusal = reason });

    [Fact]
    public void Allows_the_method_that_the_settings_are_for()
    {
        var preflight = new CorsRequest("OPTIONS", "http://example.com", "DELETE", null);
        var request = new CorsRequest("DELETE", "http://example.com", null, null);
        var asIn09 = new GatewayDefaults { CorsListsOwnMethod = true };

        CorsPolicy.Evaluate(Full, preflight).AllowMethods.ShouldBe("DELETE");
        CorsPolicy.Evaluate(Full, request).AllowOrigin.ShouldBe("http://example.com");
        CorsPolicy.Evaluate(Full, preflight, asIn09).Refusal.ShouldBe("the method is not in allowedMethods");
        CorsPolicy.Evaluate(Full, request, asIn09).AllowOrigin.ShouldBeNull();
    }

    [Theory]
    [InlineData("DELETE", false)]
    [InlineData("PATCH", true)]
    [InlineData("OPTIONS", true)]
    public void Allows_only_the_methods_that_the_default_of_a_space_lists(string method, bool granted)
    {
        var settings = Routes.Cors("*", method: "*") with { AllowedMethods = ["PATCH"] };

        (CorsPolicy.Evaluate(settings, new CorsRequest("OPTIONS", "http://a.com", method, null)).AllowMethods == method).ShouldBe(granted);
    }

    [Theory]
    [InlineData("Event, Ce-Id, CE-Source, Authorization", null)]
    [InlineData("Ce", "the header Ce is not in allowedHeaders")]
    [InlineData("X-Ce-Id", "the header X-Ce-Id is not in allowedHeaders")]
    public void Allows_the_headers_that_begin_like_a_listed_one_with_a_star(string headers, string? refusal)
    {
        var settings = Defaults with { AllowedHeaders = ["event", "ce-*", "authorization"] };

        CorsPolicy.Evaluate(settings, new CorsRequest("OPTIONS", "http://a.com", "POST", headers)).Refusal.ShouldBe(refusal);
    }

    [Fact]
    public void Allows_any_origin_and_the_simple_methods_and_headers_by_default()
    {
        ShouldBe(
            CorsPolicy.Evaluate(Defaults, new CorsRequest("OPTIONS", "null", "GET", "accept")),
            new CorsHeaders { Vary = PreflightVary, AllowOrigin = "*", AllowMethods = "GET", AllowHeaders = "Accept" });
        CorsPolicy.Evaluate(Defaults, new CorsRequest("OPTIONS", "http://a.com", "GET", "x-foo")).AllowOrigin.ShouldBeNull();
    }

    [Theory]
    [InlineData("*", "*")]
    [InlineData("https://*", "https://a.com")]
    [InlineData("HTTP*", "https://a.com")]
    public void Allows_no_credentials_from_any_origin(string allowed, string answered)
    {
        var settings = Defaults with { AllowCredentials = true, AllowedOrigins = ["https://named.com", allowed] };

        foreach (var request in (CorsRequest[])[new("POST", "https://a.com", null, null), new("OPTIONS", "https://a.com", "POST", null)])
        {
            var headers = CorsPolicy.Evaluate(settings, request);
            (headers.AllowOrigin, headers.AllowCredentials).ShouldBe((answered, false));
        }
    }

    [Fact]
    public void Names_the_origin_where_any_may_send_credentials()
    {
        var headers = CorsPolicy.Evaluate(
            Defaults with { AllowCredentials = true }, new CorsRequest("POST", "http://a.com", null, null), new GatewayDefaults { CredentialsFromAnyOrigin = true });

        (headers.AllowOrigin, headers.AllowCredentials).ShouldBe(("http://a.com", true));
    }

    [Fact]
    public void Allows_any_header_where_a_star_is_listed() =>
        CorsPolicy.Evaluate(Defaults with { AllowedHeaders = ["*"] }, new CorsRequest("OPTIONS", "http://a.com", "POST", "x-anything, X-ELSE"))
            .AllowHeaders.ShouldBe("X-Anything, X-Else");

    [Theory]
    [InlineData("PUT", "http://example.com", true)]
    [InlineData("PUT", "http://x.domain.com", true)]
    [InlineData("PUT", "http://evil.com", false)]
    [InlineData("PUT", null, false)]
    public void Answers_a_simple_request(string method, string? origin, bool granted)
    {
        // A requested method without OPTIONS means nothing.
        foreach (var requested in (string?[])[null, "GET"])
        {
            ShouldBe(CorsPolicy.Evaluate(Full, new CorsRequest(method, origin, requested, null)), granted
                ? new CorsHeaders { Vary = ["Origin"], AllowOrigin = origin, AllowCredentials = true }
                : new CorsHeaders { Vary = ["Origin"] });
        }
    }

    [Fact]
    public void Adds_nothing_to_an_options_request_that_is_no_preflight()
    {
        var request = new CorsRequest("OPTIONS", "http://a.com", null, null);

        request.IsPreflight.ShouldBeFalse();
        request.SettingsMethod.ShouldBe("OPTIONS");
        ShouldBe(CorsPolicy.Evaluate(Defaults, request), default);
    }

    [Fact]
    public void Takes_the_settings_of_the_method_that_a_preflight_asks_for()
    {
        new CorsRequest("OPTIONS", null, "PUT", null).SettingsMethod.ShouldBe("PUT");
        new CorsRequest("GET", "http://a.com", "PUT", null).SettingsMethod.ShouldBe("GET");
    }

    [Fact]
    public void Allows_exactly_the_origins_that_the_wildcards_spell_out() =>
        Gen.Select(Gen.Char["ab*"].Array[0, 4], Gen.Char["abA"].Array[1, 5]).Sample((allowedCharacters, originCharacters) =>
        {
            var allowed = new string(allowedCharacters);
            var origin = new string(originCharacters);
            var lower = origin.ToLowerInvariant();
            var parts = allowed.Split('*', 2);
            var expected = parts.Length == 1
                ? string.Equals(allowed, lower, StringComparison.Ordinal)
                : Enumerable.Range(0, 6).Any(n => lower == parts[0] + Middle(lower, parts[0].Length, n) + parts[1]);
            var settings = new CorsSettings { AllowedOrigins = [allowed] };

            (CorsPolicy.Evaluate(settings, new CorsRequest("GET", origin, null, null)).AllowOrigin is not null).ShouldBe(expected);
        });

    private static string Middle(string text, int begin, int length) => new([.. text.Skip(begin).Take(length)]);

    private static void ShouldBe(CorsHeaders actual, CorsHeaders expected)
    {
        (actual.Vary ?? []).ShouldBe(expected.Vary ?? []);
        (actual with { Vary = null }).ShouldBe(expected with { Vary = null });
    }
}
