using EventGateway.Abstractions.Functions;
using EventGateway.Engine.Authorization;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Authorization;

/// <summary>What a failed call of an authorizer means for the event.</summary>
public sealed class AuthorizationFailureTests
{
    [Fact]
    public void No_room_for_the_call_is_a_503_with_Retry_After()
    {
        using var result = CallRefusedException.Overloaded("too many connections are open.").ToResult();

        var answer = AuthorizationDecision.Failed(result);

        answer.IsAllowed.ShouldBeFalse();
        answer.Overload.ShouldNotBeNull().StatusCode.ShouldBe(503);
        answer.Overload!.Value.RetryAfter.ShouldBe(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Any_other_failure_is_a_refusal()
    {
        using var forbidden = CallRefusedException.Forbidden("no function may be there.").ToResult();
        using var failed = new FunctionResult(FunctionOutcome.Retryable);

        foreach (var answer in new[] { AuthorizationDecision.Failed(forbidden), AuthorizationDecision.Failed(failed) })
        {
            answer.Overload.ShouldBeNull();
            answer.Refusal.ShouldBe(AuthorizationDecision.NotAuthorized);
        }
    }
}
