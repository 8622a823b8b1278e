using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Authorization;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Authorization;

public sealed class AuthorizationCacheTests
{
    private static readonly Function Authorizer = new() { Space = "default", FunctionId = "a", Type = "builtin", Provider = default };

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Keeps_a_decision_until_it_expires()
    {
        using var cache = new AuthorizationCache(_clock);
        var key = new AuthorizationKey(Authorizer, "t", "r");
        cache.Add(key, AuthorizationDecision.Refused("no") with { CacheFor = TimeSpan.FromSeconds(10) });

        _clock.Advance(TimeSpan.FromSeconds(9));
        cache.TryGet(key, out var decision).ShouldBeTrue();
        decision!.Refusal.ShouldBe("no");
        cache.TryGet(key with { Request = "other" }, out _).ShouldBeFalse();
        cache.TryGet(key with { Authorizer = Authorizer with { Type = "http" } }, out _).ShouldBeFalse();

        _clock.Advance(TimeSpan.FromSeconds(1));
        cache.TryGet(key, out _).ShouldBeFalse();
    }

    [Fact]
    public void Allocates_no_more_than_the_key_when_it_finds_a_decision()
    {
        const int Times = 1000;
        using var cache = new AuthorizationCache(_clock);
        cache.Add(new AuthorizationKey(Authorizer, "t", "r"), AuthorizationDecision.Refused("no") with { CacheFor = TimeSpan.FromHours(1) });
        Find();

        var before = GC.GetAllocatedBytesForCurrentThread();
        Find();

        ((GC.GetAllocatedBytesForCurrentThread() - before) / Times).ShouldBeLessThanOrEqualTo(40);

        void Find()
        {
            for (var i = 0; i < Times; i++)
            {
                if (!cache.TryGet(new AuthorizationKey(Authorizer, "t", "r"), out _))
                {
                    throw new InvalidOperationException("The decision is not there.");
                }
            }
        }
    }

    [Fact]
    public void Uses_a_decision_for_one_version_of_the_authorizer_only()
    {
        using var cache = new AuthorizationCache(_clock);
        var key = new AuthorizationKey(Authorizer, "t", "r");
        cache.Add(key, AuthorizationDecision.Refused("no") with { CacheFor = TimeSpan.FromHours(1) });

        cache.TryGet(key with { Authorizer = Authorizer with { } }, out _).ShouldBeFalse();
        cache.TryGet(key with { EventType = "other" }, out _).ShouldBeFalse();
    }

    [Fact]
    public void Does_not_keep_a_decision_without_a_time()
    {
        using var cache = new AuthorizationCache(_clock);
        var key = new AuthorizationKey(Authorizer, "t", "r");

        cache.Add(key, AuthorizationDecision.Refused("no"));

        cache.TryGet(key, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(AuthorizationCache.MaxDecisionBytes, 0, true)]
    [InlineData(AuthorizationCache.MaxDecisionBytes + 1, 0, false)]
    [InlineData(0, AuthorizationCache.MaxDecisionBytes / 2, true)]
    [InlineData(0, (AuthorizationCache.MaxDecisionBytes / 2) + 1, false)]
    public void Does_not_keep_a_large_decision(int bytes, int characters, bool remembered)
    {
        using var cache = new AuthorizationCache(_clock);
        var key = new AuthorizationKey(Authorizer, "t", "r");
        var decision = bytes > 0 ? AuthorizationDecision.Allowed(new byte[bytes]) : AuthorizationDecision.Refused(new string('n', characters));

        cache.Add(key, decision with { CacheFor = TimeSpan.FromSeconds(10) });

        cache.TryGet(key, out _).ShouldBe(remembered);
    }

    [Fact]
    public void Keeps_no_more_than_its_capacity_and_replaces_expired_decisions()
    {
        using var cache = new AuthorizationCache(_clock);
        for (var i = 0; i < AuthorizationCache.Capacity; i++)
        {
            cache.Add(new AuthorizationKey(Authorizer, "t", $"{i}"), AuthorizationDecision.Refused("no") with { CacheFor = TimeSpan.FromSeconds(10) });
        }

        var late = new AuthorizationKey(Authorizer, "t", "late");
        cache.Add(late, AuthorizationDecision.Refused("no") with { CacheFor = TimeSpan.FromSeconds(10) });
        cache.TryGet(late, out _).ShouldBeFalse();

        _clock.Advance(TimeSpan.FromSeconds(10));
        cache.Add(late, AuthorizationDecision.Refused("no") with { CacheFor = TimeSpan.FromSeconds(10) });
        cache.TryGet(late, out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Keeps_decisions_of_concurrent_requests()
    {
        using var cache = new AuthorizationCache(_clock);

        await Parallel.ForAsync(0, 2 * AuthorizationCache.Capacity, TestContext.Current.CancellationToken, (number, _) =>
        {
            var key = new AuthorizationKey(Authorizer, "t", $"{number % 100}");
            if (!cache.TryGet(key, out var decision))
            {
                cache.Add(key, AuthorizationDecision.Refused(key.Request) with { CacheFor = TimeSpan.FromSeconds(10) });
            }

            (decision?.Refusal ?? key.Request).ShouldBe(key.Request);
            return ValueTask.CompletedTask;
        });

        for (var number = 0; number < 100; number++)
        {
            cache.TryGet(new AuthorizationKey(Authorizer, "t", $"{number}"), out var kept).ShouldBeTrue();
            kept!.Refusal.ShouldBe($"{number}");
        }
    }
}
