using EventGateway.Http;

namespace EventGateway.Events;

/// <summary>
/// The timeouts of one raw call. Until the head of the answer comes, the function has a fixed time, which begins again with all data
/// from the sender. Afterwards the answer may pause for a time of its own. At any time the sender may be silent only for a while.
/// After a call they serve another one, because a timer and a token source for each would cost more than the waits that they limit.
/// </summary>
internal sealed class RawTimeouts : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _source = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan? _idle;
    private CancellationTokenRegistration _cutOff;
    private DeadlineTimer _timer;
    private BodyPace _pace;
    private long _waitStart;
    private long _senderUntil = DeadlineTimer.Never;
    private long _functionUntil = DeadlineTimer.Never;
    private bool _isAnswering;
    private bool _isDisposed;
    private int _call;

    /// <summary>Makes the timeouts of calls that follow each other. No time runs before <see cref="Begin"/>.</summary>
    /// <param name="idle">How long an answer may pause. Null means no limit.</param>
    /// <param name="time">The clock.</param>
    public RawTimeouts(TimeSpan? idle, TimeProvider time)
    {
        (_idle, _time) = (idle, time);
        _timer = new DeadlineTimer(time, static timeouts => ((RawTimeouts)timeouts!).Wake(), this);
    }

    /// <summary>The limits for the sender.</summary>
    public BodyLimits BodyLimits { get; private set; } = null!;

    /// <summary>The number of the call, for <see cref="WaitForSender"/> and <see cref="SenderSent"/>.</summary>
    public int Call => Volatile.Read(ref _call);

    /// <summary>Cancelled when the call must end.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The timeout that has ended the call.</summary>
    public RawTimeout Expired { get; private set; }

    /// <summary>Why the sender's body is refused. Only after <see cref="RawTimeout.Sender"/>.</summary>
    public BodyRead SenderProblem { get; private set; }

    /// <summary>How the function has let a timeout pass, for the log. Null when it has not.</summary>
    public string? FunctionProblem => Expired switch
    {
        RawTimeout.Function => "no answer within " + BodyLimits.TextOf(BodyLimits.Silence, BodyLimits.SilenceName),
        RawTimeout.Idle => "nothing came in the middle of the answer for " + BodyLimits.TextOf(_idle!.Value, "--raw-idle-timeout"),
        _ => null,
    };

    /// <summary>Begins a call.</summary>
    /// <param name="bodyLimits">The limits for the sender. Their silence is also the function's time to answer.</param>
    /// <param name="cutOff">Ends the call, too.</param>
    public void Begin(BodyLimits bodyLimits, CancellationToken cutOff)
    {
        lock (_lock)
        {
            (BodyLimits, _pace, _isAnswering) = (bodyLimits, new BodyPace(bodyLimits), false);
            _functionUntil = _timer.After(bodyLimits.Silence);
            Arm();
        }

        _cutOff = cutOff.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
    }

    /// <summary>The gateway begins to wait for data from the sender. Meanwhile the function has nothing to answer yet.</summary>
    /// <param name="call">The number of the call. Nothing happens after its end: a body may be read even later.</param>
    public void WaitForSender(int call)
    {
        lock (_lock)
        {
            if (call != _call)
            {
                return;
            }

            _waitStart = _time.GetTimestamp();
            _senderUntil = _timer.After(_pace.NextWait);
            _functionUntil = _isAnswering ? _functionUntil : DeadlineTimer.Never;
            Arm();
        }
    }

    /// <summary>The sender has sent data, or ended its body.</summary>
    /// <param name="call">The number of the call. Nothing happens after its end.</param>
    /// <param name="bytes">The number of bytes.</param>
    /// <param name="hasWaited">Whether the gateway waited for them.</param>
    public void SenderSent(int call, int bytes, bool hasWaited)
    {
        lock (_lock)
        {
            if (call != _call)
            {
                return;
            }

            _pace.Add(bytes, hasWaited ? _time.GetElapsedTime(_waitStart) : TimeSpan.Zero);
            _senderUntil = DeadlineTimer.Never;
            if (!_isAnswering)
            {
                _functionUntil = _timer.After(BodyLimits.Silence);
                Arm();
            }
        }
    }

    /// <summary>The head of the answer is there.</summary>
    public void BeginAnswer()
    {
        lock (_lock)
        {
            (_isAnswering, _functionUntil) = (true, DeadlineTimer.Never);
        }
    }

    /// <summary>The gateway begins to wait for more of the answer.</summary>
    public void WaitForAnswer()
    {
        if (_idle is { } idle)
        {
            lock (_lock)
            {
                _functionUntil = _timer.After(idle);
                Arm();
            }
        }
    }

    /// <summary>More of the answer is there.</summary>
    public void AnswerCame()
    {
        lock (_lock)
        {
            _functionUntil = DeadlineTimer.Never;
        }
    }

    /// <summary>The answer is complete. The function may still take the rest of the request.</summary>
    public void EndAnswer()
    {
        lock (_lock)
        {
            _isAnswering = false;
            _functionUntil = _senderUntil == DeadlineTimer.Never ? _timer.After(BodyLimits.Silence) : DeadlineTimer.Never;
            Arm();
        }
    }

    /// <summary>Ends the call, and makes ready for another one. The answer must be complete; the request's body may still be read.</summary>
    /// <returns>Whether there can be another one. Not after a cancellation.</returns>
    public bool TryReset()
    {
        _cutOff.Dispose();
        lock (_lock)
        {
            // The timer stays set. When it wakes, it finds no deadline, or that of another call.
            _call++;
            _senderUntil = _functionUntil = DeadlineTimer.Never;
            return Expired is RawTimeout.None && _source.TryReset();
        }
    }

    /// <summary>Cancels the call before any timeout.</summary>
    public void EndCall() => _source.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        _timer.Dispose();
        _cutOff.Dispose();
    }

    private void Arm() => _timer.Arm(Math.Min(_senderUntil, _functionUntil));

    private void Wake()
    {
        lock (_lock)
        {
            if (_isDisposed || Expired is not RawTimeout.None)
            {
                return;
            }

            var now = _time.GetTimestamp();
            if (now < _senderUntil && now < _functionUntil)
            {
                _timer.ArmAgain(Math.Min(_senderUntil, _functionUntil));
                return;
            }

            Expired = now >= _senderUntil ? RawTimeout.Sender : _isAnswering ? RawTimeout.Idle : RawTimeout.Function;
            SenderProblem = _pace.Problem;
        }

        _source.Cancel();
    }
}
