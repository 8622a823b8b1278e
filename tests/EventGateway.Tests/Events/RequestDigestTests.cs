using EventGateway.Events;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

public sealed class RequestDigestTests
{
    private static readonly HttpRequest Request = TestRequests.Of("POST", "/a?b=1", ("Authorization", "x"), ("X-Key", "y"), ("X-Key", "z"));

    [Fact]
    public void Is_equal_whatever_the_order_and_the_case_of_headers() =>
        Of("POST", "/a?b=1", ("x-key", "y"), ("x-key", "z"), ("authorization", "x")).ShouldBe(RequestDigest.Of(Request));

    [Theory]
    [InlineData("ce-id")]
    [InlineData("CE-Time")]
    [InlineData("traceparent")]
    [InlineData("Content-Length")]
    public void Leaves_out_headers_that_differ_between_requests_of_one_sender(string name) =>
        Of("POST", "/a?b=1", ("Authorization", "x"), (name, "1"), ("X-Key", "y"), ("X-Key", "z")).ShouldBe(RequestDigest.Of(Request));

    [Fact]
    public void Differs_with_the_method() =>
        Of("PUT", "/a?b=1", ("Authorization", "x"), ("X-Key", "y"), ("X-Key", "z")).ShouldNotBe(RequestDigest.Of(Request));

    [Fact]
    public void Differs_with_the_query() =>
        Of("POST", "/a?b=2", ("Authorization", "x"), ("X-Key", "y"), ("X-Key", "z")).ShouldNotBe(RequestDigest.Of(Request));

    [Theory]
    [InlineData("y", "Z")]
    [InlineData("z", "y")]
    [InlineData("yz", "")]
    [InlineData("y\n1:z", null)]
    public void Differs_with_the_values_of_a_header(string first, string? second)
    {
        (string, string)[] headers = [("Authorization", "x"), ("X-Key", first), .. second is null ? [] : new[] { ("X-Key", second) }];
        Of("POST", "/a?b=1", headers).ShouldNotBe(RequestDigest.Of(Request));
    }

    private static string Of(string method, string target, params (string Name, string Value)[] headers) =>
        RequestDigest.Of(TestRequests.Of(method, target, headers));
}
