using System.Text.Json;
using EventGateway.Abstractions.Settings;
using EventGateway.Tests.Functions.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Functions;

/// <summary>Which URLs functions may have.</summary>
public sealed class HttpFunctionUrlTests : IDisposable
{
    private readonly HttpFunctions _provider = new(TimeProvider.System);

    public void Dispose() => _provider.Dispose();

    [Fact]
    public void Keeps_known_settings_only_where_unknown_ones_are_ignored()
    {
        var errors = new List<string>();

        var settings = _provider.Validate(
            JsonElement.Parse("""{"URL":"http://example.com/?a=1&b=<2>","foo":1}"""), new SettingErrors(errors, ignoresUnknown: true));

        errors.ShouldBeEmpty();
        settings.EnumerateObject().Count().ShouldBe(1);
        settings.GetProperty("url").GetString().ShouldBe("http://example.com/?a=1&b=<2>");
    }

    [Theory]
    [InlineData("https://10.0.0.1:8443/a?b#c")]
    [InlineData("http://localhost")]
    [InlineData("http://user:secret@[::1]:80/%20")]
    public void Accepts_urls(string url)
    {
        var errors = new List<string>();
        _provider.Validate(TestRoutes.Settings("url", url), new SettingErrors(errors));
        errors.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("/path")]
    [InlineData("http://")]
    [InlineData("http:example.com")]
    [InlineData("http://exa mple.com")]
    [InlineData(" http://example.com")]
    [InlineData("http://example.com/%zz")]
    [InlineData("http://example.com/%2")]
    [InlineData("http://example.com:99999")]
    [InlineData("mailto:a@b.c")]
    [InlineData("ftp://example.com")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://example.com/\r\nx: y")]
    public void Refuses_other_urls(string url)
    {
        var errors = new List<string>();
        _provider.Validate(TestRoutes.Settings("url", url), new SettingErrors(errors));
        errors.ShouldBe(["provider.url must be an absolute http or https URL, such as https://example.com/function"]);
    }

    [Theory]
    [InlineData("{}", "provider.url is required: ")]
    [InlineData("""{"url":""}""", "provider.url is required: ")]
    [InlineData("""{"url":null}""", "provider.url is required: ")]
    [InlineData("null", "provider.url is required: ")]
    [InlineData("""{"url":5}""", "provider.url must be a string: ")]
    [InlineData("[]", "provider must be an object with the field url: ")]
    public void Names_the_missing_url(string settings, string error)
    {
        var errors = new List<string>();
        _provider.Validate(JsonElement.Parse(settings), new SettingErrors(errors));
        errors.ShouldBe([error + "an absolute http or https URL, such as https://example.com/function"]);
    }
}
