using EventGateway.Abstractions.Secrets;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Secrets;

public sealed class UrlCredentialsTests
{
    [Theory]
    [InlineData("The proxy tunnel request to proxy 'http://me:secret@proxy:3128/' failed", "The proxy tunnel request to proxy 'http://*****@proxy:3128/' failed")]
    [InlineData("GET https://host/f?code=secret&page=2#x failed", "GET https://host/f?code=*****&page=2#x failed")]
    [InlineData("GET https://host/f?a=1;code=secret failed; x=1", "GET https://host/f?a=***** failed; x=1")]
    [InlineData("\"https://a:b@host/?access_token=secret\"", "\"https://*****@host/?access_token=*****\"")]
    [InlineData("Connection refused (localhost:80)", "Connection refused (localhost:80)")]
    [InlineData("mail me@example.com about https://host/@path", "mail me@example.com about https://host/@path")]
    public void Masks_the_credentials_of_URLs_in_messages(string message, string shown) => UrlCredentials.Mask(message).ShouldBe(shown);

    [Theory]
    [InlineData("/hook?code=secret&page=2", "/hook?code=*****&page=2")]
    [InlineData("?sig=secret", "?sig=*****")]
    [InlineData("https://app/#access_token=secret&state=1", "https://app/#access_token=*****&state=1")]
    [InlineData("https://app/#/done?token=secret", "https://app/#/done?token=*****")]
    [InlineData("https://host/?%74oken=secret", "https://host/?%74oken=*****")]
    [InlineData("https://host/?%zz-token=secret", "https://host/?%zz-token=*****")]
    [InlineData("https://host/?a?token=secret", "https://host/?a?token=*****")]
    [InlineData("https://host/?next=https://other/?token=secret", "https://host/?next=https://other/?token=*****")]
    [InlineData("https://host/?code=&page=2", "https://host/?code=&page=2")]
    [InlineData("/hook?a=1;code=x&b=2;c=3", "/hook?a=*****&b=2;c=3")]
    [InlineData("/hook?a=1%3Bcode%3Dx", "/hook?a=*****")]
    [InlineData("/hook?a;code=x", "/hook?a;code=*****")]
    [InlineData("https://app/?a=1?b=2;code=x#y=1;sig=z", "https://app/?a=1?b=*****#y=*****")]
    [InlineData("/hook?%E9-token=x", "/hook?%E9-token=*****")]
    [InlineData("/hook?a=;=code", "/hook?a=;=code")]
    [InlineData("urn:order:7", "urn:order:7")]
    public void Masks_the_credentials_of_a_URL(string url, string shown) => UrlCredentials.MaskUrl(url).ShouldBe(shown);

    [Theory]
    [InlineData("?")]
    [InlineData("&")]
    [InlineData("#")]
    [InlineData("://")]
    [InlineData("@")]
    [InlineData("?a")]
    [InlineData("?a=")]
    [InlineData("?a=;")]
    [InlineData(";")]
    [InlineData(";a=")]
    [InlineData("&a&")]
    [InlineData("?%61")]
    [InlineData("://a@")]
    public void Masks_a_megabyte_that_a_sender_chose(string part)
    {
        var chosen = string.Concat(Enumerable.Repeat(part, (1 << 20) / part.Length));

        UrlCredentials.Mask($"http://h/{chosen}?token=secret").ShouldEndWith("?token=*****");
        UrlCredentials.Mask($"http://h/?token=secret#{chosen}").ShouldStartWith("http://h/?token=*****#");
        UrlCredentials.Mask($"http://h/?a={chosen}&token=secret").ShouldEndWith("&token=*****");
    }
}
