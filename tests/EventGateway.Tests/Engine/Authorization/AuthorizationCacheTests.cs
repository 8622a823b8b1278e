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
    public void Remembers_an_answer_until_its_time_is_over()
    {
        var cache = new AuthorizationCache(_clock);
        var key = new AuthorizationKey(Authorizer, "t", "r");
        cache.Add(key, AuthorizationAnswer.Refused("no") with { CacheFor = TimeSpan.FromSeconds(10) });

        _clock.Advance(TimeSpan.FromSeconds(9));
        cache.TryGet(key, out var answer).ShouldBeTrue();
        answer!.Refusal.ShouldBe("no");
        cache.TryGet(key with { Request = "other" }, out _).ShouldBeFalse();
        cache.TryGet(key with { Authorizer = Authorizer with { Type = "http" } }, out _).ShouldBeFalse();

        _clock.Advance(TimeSpan.FromSeconds(1));
        cache.TryGet(key, out _).ShouldBeFalse();
    }

    [Fact]
    public void Does_not_remember_an_answer_that_does_not_ask_for_it()
    {
        var cache = new AuthorizationCache(_clock);
        var key = new AuthorizationKey(Authorizer, "t", "r");

        cache.Add(key, AuthorizationAnswer.Refused("no"));

        cache.TryGet(key, out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData(AuthorizationCache.LargestAnswer, 0, true)]
    [InlineData(AuthorizationCache.LargestAnswer + 1, 0, false)]
    [InlineData(0, AuthorizationCache.LargestAnswer / 2, true)]
    [InlineData(0, (AuthorizationCache.LargestAnswer / 2) + 1, false)]
    public void Does_not_remember_a_large_answer(int bytes, int characters, bool remembered)
    {
        var cache = new AuthorizationCache(_clock);
        var key = new AuthorizationKey(Authorizer, "t", "r");
        var answer = bytes > 0 ? AuthorizationAnswer.Allowed(new byte[bytes]) : AuthorizationAnswer.Refused(new string('n', characters));

        cache.Add(key, answer with { CacheFor = TimeSpan.FromSeconds(10) });

        cache.TryGet(key, out _).ShouldBe(remembered);
    }

    [Fact]
    public void Takes_no_more_than_it_has_room_for_and_makes_room_of_what_is_over()
    {
        var cache = new AuthorizationCache(_clock);
        for (var i = 0; i < AuthorizationCache.Capacity; i++)
        {
            cache.Add(new AuthorizationKey(Authorizer, "t", $"{i}"), AuthorizationAnswer.Refused("no") with { CacheFor = TimeSpan.FromSeconds(10) });
        }

        var late = new AuthorizationKey(Authorizer, "t", "late");
        cache.Add(late, AuthorizationAnswer.Refused("no") with { CacheFor = TimeSpan.FromSeconds(10) });
        cache.TryGet(late, out _).ShouldBeFalse();

        _clock.Advance(TimeSpan.FromSeconds(10));
        cache.Add(late, AuthorizationAnswer.Refused("no") with { CacheFor = TimeSpan.FromSeconds(10) });
        cache.TryGet(late, out _).ShouldBeTrue();
    }
}
