using System.Globalization;
using System.Runtime.InteropServices;

namespace EventGateway.Hosting;

/// <summary>
/// Turns signals into a clean stop: SIGTERM, SIGINT, SIGQUIT, and SIGHUP unless it is ignored at the start, as with <c>nohup</c>.
/// A second SIGINT ends the process at once with exit code 130.
/// </summary>
internal sealed class StopSignals : IHostLifetime, IDisposable
{
    private const int HangUp = 1;
    private const int Interrupted = 128 + 2;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _interrupts;

    /// <summary>Registers for the signals.</summary>
    public StopSignals()
    {
        Register(PosixSignal.SIGTERM);
        Register(PosixSignal.SIGINT);
        Register(PosixSignal.SIGQUIT);
        if (!IsHangUpIgnored())
        {
            Register(PosixSignal.SIGHUP);
        }
    }

    /// <summary>Cancelled when the program must stop.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registrations.ForEach(static registration => registration.Dispose());
        _stop.Dispose();
    }

    // The runtime would call a registration even for an ignored signal. Without /proc the signal counts as not ignored.
    private static bool IsHangUpIgnored()
    {
        const string Status = "/proc/self/status";
        const string Ignored = "SigIgn:";
        if (!File.Exists(Status))
        {
            return false;
        }

        var line = File.ReadLines(Status).FirstOrDefault(static line => line.StartsWith(Ignored, StringComparison.Ordinal));
        return line is not null
            && ulong.TryParse(line.AsSpan(Ignored.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var signals)
            && (signals & (1UL << (HangUp - 1))) != 0;
    }

    private void Register(PosixSignal signal) => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        if (signal is PosixSignal.SIGINT && Interlocked.Increment(ref _interrupts) > 1)
        {
            Environment.Exit(Interrupted);
        }

        // Runs on another thread, so that a callback that blocks does not delay the next signal.
        _ = _stop.CancelAsync();
    }));
}
