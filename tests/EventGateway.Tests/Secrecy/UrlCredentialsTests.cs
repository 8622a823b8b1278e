using EventGateway.Core.Secrecy;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Secrecy;

public sealed class UrlCredentialsTests
{
    [Theory]
    [InlineData("The proxy tunnel request to proxy 'http://me:secret@proxy:3128/' failed", "The proxy tunnel request to proxy 'http://*****@proxy:3128/' failed")]
    [InlineData("GET https://host/f?code=secret&page=2#x failed", "GET https://host/f?code=*****&page=2#x failed")]
    [InlineData("\"https://a:b@host/?access_token=secret\"", "\"https://*****@host/?access_token=*****\"")]
    [InlineData("Connection refused (localhost:80)", "Connection refused (localhost:80)")]
    [InlineData("mail me@example.com about https://host/@path", "mail me@example.com about https://host/@path")]
    public void Masks_the_credentials_of_URLs_in_messages(string message, string shown) => UrlCredentials.Mask(message).ShouldBe(shown);
}
