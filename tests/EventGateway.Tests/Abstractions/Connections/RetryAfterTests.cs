using System.Net;
using EventGateway.Abstractions.Connections;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Connections;

public sealed class RetryAfterTests
{
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("7", 7)]
    [InlineData(" 7\t", 7)]
    [InlineData("0000000000000000000000000000007", 7)]
    [InlineData("86399", 86_399)]
    [InlineData("86401", 86_400)]
    [InlineData("2147483648", 86_400)]
    [InlineData("99999999999", 86_400)]
    [InlineData("9223372036854775808", 86_400)]
    [InlineData("922337203685477580799", 86_400)]
    [InlineData("99999999999999999999999999999999999999999999", 86_400)]
    [InlineData("Tue, 01 Jan 2030 00:01:00 GMT", 60)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 86_400)]
    [InlineData("Mon, 31 Dec 2029 23:59:59 GMT", 0)]
    [InlineData("Mon, 01 Jan 0001 00:00:00 GMT", 0)]
    public void Reads_seconds_and_dates_up_to_a_day(string text, int seconds) => Read(text).ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("1e9")]
    [InlineData("0x10")]
    [InlineData("soon")]
    [InlineData("7 s")]
    [InlineData("7, 8")]
    [InlineData("٧")]
    [InlineData("Fri, 31 Dec 99999 23:59:59 GMT")]
    public void Ignores_what_is_neither(string text) => Read(text).ShouldBeNull();

    [Fact]
    public void Is_not_required() => RetryAfter.Read(new HttpResponseMessage(), Clock).ShouldBeNull();

    private static TimeSpan? Read(string text)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.ServiceUnavailable);
        response.Headers.TryAddWithoutValidation("Retry-After", text).ShouldBeTrue();
        return RetryAfter.Read(response, Clock);
    }
}
