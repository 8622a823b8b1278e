using EventGateway.Events;
using EventGateway.Http;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Events;

/// <summary>The timeout is 10 s; an answer may pause for 60 s.</summary>
public sealed class RawTimeoutsTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly CancellationTokenSource _cutOff = new();
    private readonly RawTimeouts _timeouts;

    public RawTimeoutsTests() => _timeouts = Begin(TimeSpan.FromSeconds(60));

    public void Dispose()
    {
        _timeouts.Dispose();
        _cutOff.Dispose();
    }

    [Fact]
    public void The_function_must_answer_in_time()
    {
        Pass(9);
        ShouldGoOn();

        Pass(1);

        ShouldEnd(RawTimeout.Function);
        _timeouts.FunctionProblem.ShouldBe("no answer within 10 seconds, the limit of delivery.timeout");
    }

    [Fact]
    public void All_data_from_the_sender_gives_the_function_the_whole_time_again()
    {
        for (var i = 0; i < 5; i++)
        {
            _timeouts.WaitForSender(_timeouts.Call);
            Pass(9);
            _timeouts.SenderSent(_timeouts.Call, 1, hasWaited: true);
            Pass(9);
        }

        ShouldGoOn();
        Pass(1);
        ShouldEnd(RawTimeout.Function);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_sender_must_not_be_silent_before_or_after_the_head_of_the_answer(bool isAnswering)
    {
        if (isAnswering)
        {
            _timeouts.BeginAnswer();
            _timeouts.WaitForAnswer();
        }

        _timeouts.WaitForSender(_timeouts.Call);
        Pass(9);
        ShouldGoOn();

        Pass(1);

        ShouldEnd(RawTimeout.Sender);
        _timeouts.SenderProblem.ShouldBe(BodyRead.Silent);
    }

    [Fact]
    public void An_answer_may_pause_for_a_time_of_its_own()
    {
        _timeouts.BeginAnswer();
        for (var i = 0; i < 3; i++)
        {
            _timeouts.WaitForAnswer();
            Pass(59);
            _timeouts.AnswerCame();
        }

        // A sender that takes nothing is no pause of the answer.
        Pass(1000);
        ShouldGoOn();

        _timeouts.WaitForAnswer();
        Pass(60);
        ShouldEnd(RawTimeout.Idle);
        _timeouts.FunctionProblem.ShouldBe("nothing came in the middle of the answer for 60 seconds, the limit of --raw-idle-timeout");
    }

    [Fact]
    public void An_answer_may_pause_forever_without_a_limit()
    {
        using var timeouts = Begin(idle: null);
        timeouts.BeginAnswer();
        timeouts.WaitForAnswer();

        Pass(1_000_000);

        timeouts.Expired.ShouldBe(RawTimeout.None);
    }

    [Fact]
    public void After_its_answer_the_function_must_take_the_rest_of_the_request()
    {
        _timeouts.BeginAnswer();
        Pass(100);
        _timeouts.EndAnswer();
        Pass(9);
        ShouldGoOn();

        Pass(1);

        ShouldEnd(RawTimeout.Function);
    }

    [Fact]
    public void A_stop_ends_the_call_without_a_timeout()
    {
        _cutOff.Cancel();

        (_timeouts.Token.IsCancellationRequested, _timeouts.Expired).ShouldBe((true, RawTimeout.None));
    }

    [Fact]
    public void Nothing_happens_after_the_end()
    {
        _timeouts.Dispose();

        Pass(100);
        _cutOff.Cancel();

        ShouldGoOn();
    }

    [Fact]
    public void A_second_call_gets_its_whole_time()
    {
        _timeouts.BeginAnswer();
        Pass(9);
        _timeouts.TryReset().ShouldBeTrue();
        Pass(5);
        Begin(_timeouts);

        Pass(9);
        ShouldGoOn();
        Pass(1);
        ShouldEnd(RawTimeout.Function);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_body_that_is_read_after_its_call_touches_no_other_call(bool hasBegun)
    {
        var first = _timeouts.Call;
        _timeouts.TryReset().ShouldBeTrue();
        if (!hasBegun)
        {
            _timeouts.WaitForSender(first);
            Pass(100);
        }

        Begin(_timeouts);
        _timeouts.BeginAnswer();
        _timeouts.WaitForSender(first);
        Pass(100);

        ShouldGoOn();
    }

    [Fact]
    public void Nothing_happens_between_two_calls()
    {
        _timeouts.WaitForSender(_timeouts.Call);
        _timeouts.TryReset().ShouldBeTrue();

        Pass(100);
        _cutOff.Cancel();

        ShouldGoOn();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void There_is_no_second_call_after_a_cancellation(bool byTimeout)
    {
        if (byTimeout)
        {
            Pass(10);
        }
        else
        {
            _cutOff.Cancel();
        }

        _timeouts.TryReset().ShouldBeFalse();
    }

    private RawTimeouts Begin(TimeSpan? idle)
    {
        var timeouts = new RawTimeouts(idle, _clock);
        Begin(timeouts);
        return timeouts;
    }

    private void Begin(RawTimeouts timeouts) => timeouts.Begin(new BodyLimits(TimeSpan.FromSeconds(10), "delivery.timeout", MinRate: 0), _cutOff.Token);

    private void Pass(int seconds) => _clock.Advance(TimeSpan.FromSeconds(seconds));

    private void ShouldGoOn() => (_timeouts.Expired, _timeouts.Token.IsCancellationRequested).ShouldBe((RawTimeout.None, false));

    private void ShouldEnd(RawTimeout why) => (_timeouts.Expired, _timeouts.Token.IsCancellationRequested).ShouldBe((why, true));
}
