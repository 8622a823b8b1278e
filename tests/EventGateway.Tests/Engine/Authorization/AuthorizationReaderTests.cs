using System.Text;
using EventGateway.Engine.Authorization;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Authorization;

public sealed class AuthorizationReaderTests
{
    [Theory]
    [InlineData("""{"authorization":{"principalId":"u","context":{"a":"b"}}}""", """{"principalId":"u","context":{"a":"b"}}""")]
    [InlineData("""{"authorization":{}}""", """{"principalId":"","context":null}""")]
    [InlineData("""{"Authorization":{"principalId":"u","other":1},"more":[]}""", """{"principalId":"u","context":null}""")]
    public void Allows_with_what_the_subscribers_are_told(string json, string authorization)
    {
        var answer = Read(json, out var problem);

        answer.IsAllowed.ShouldBeTrue();
        Encoding.UTF8.GetString(answer.Authorization.Span).ShouldBe(authorization);
        answer.CacheFor.ShouldBe(TimeSpan.Zero);
        problem.ShouldBeNull();
    }

    [Theory]
    [InlineData("PT99999999999999999999S")]
    [InlineData("P99999999999Y")]
    [InlineData("P10675200D")]
    [InlineData("-PT1S")]
    public void A_decision_is_not_kept_for_a_time_that_is_too_long(string cacheFor)
    {
        var answer = Read($$"""{"authorization":{},"cacheFor":"{{cacheFor}}"}""", out var problem);

        (answer.IsAllowed, answer.CacheFor).ShouldBe((true, TimeSpan.Zero));
        problem.ShouldBe("its cacheFor is no ISO 8601 duration from PT0S to PT1H");
    }

    [Theory]
    [InlineData("""{"error":{"message":"because"}}""", "because", false)]
    [InlineData("""{"error":{}}""", AuthorizationDecision.NotAuthorized, false)]
    [InlineData("""{"error":{"message":"because"},"authorization":{"principalId":"u"}}""", "because", false)]
    [InlineData("""{"error":"because"}""", AuthorizationDecision.NotAuthorized, true)]
    [InlineData("{}", AuthorizationDecision.NotAuthorized, true)]
    [InlineData("null", AuthorizationDecision.NotAuthorized, true)]
    [InlineData("""{"authorization":null}""", AuthorizationDecision.NotAuthorized, true)]
    [InlineData("""{"authorization":{"context":{"a":1}}}""", AuthorizationDecision.NotAuthorized, true)]
    [InlineData("[]", AuthorizationDecision.NotAuthorized, true)]
    [InlineData("", AuthorizationDecision.NotAuthorized, true)]
    public void Refuses_whatever_does_not_allow(string json, string refusal, bool isProblem)
    {
        var answer = Read(json, out var problem);

        answer.IsAllowed.ShouldBeFalse();
        answer.Refusal.ShouldBe(refusal);
        (problem is not null).ShouldBe(isProblem);
    }

    [Theory]
    [InlineData("PT30S", 30)]
    [InlineData("PT1H", 3600)]
    [InlineData("PT2H", 0)]
    [InlineData("-PT1S", 0)]
    [InlineData("soon", 0)]
    public void Is_remembered_for_as_long_as_it_says(string cacheFor, int seconds) =>
        Read($$"""{"authorization":{},"cacheFor":"{{cacheFor}}"}""", out _).CacheFor.ShouldBe(TimeSpan.FromSeconds(seconds));

    private static AuthorizationDecision Read(string json, out string? problem) =>
        AuthorizationReader.Read(Encoding.UTF8.GetBytes(json), out problem);
}
