using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace EventGateway.Sqlite.Delivery;

/// <summary>Checks every page of the files that are too large to be checked when they are opened: once, one after the other, with pauses.</summary>
internal sealed class BackgroundCheck : IAsyncDisposable
{
    // A file is checked in a fifth of the time.
    private const int RestFactor = 4;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    /// <summary>Begins.</summary>
    /// <param name="periods">The files; those that are added later are not checked.</param>
    public BackgroundCheck(IEnumerable<Period> periods)
    {
        Period[] large = [.. periods.Where(static period => !period.IsChecked)];
        _run = large.Length == 0 ? Task.CompletedTask : Task.Run(() => RunAsync(large));
    }

    /// <summary>Ends with the file that is being checked.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync(Period[] periods)
    {
        foreach (var period in periods)
        {
            var start = Stopwatch.GetTimestamp();
            Check(period);
            await Task.Delay(Stopwatch.GetElapsedTime(start) * RestFactor, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static void Check(Period period)
    {
        try
        {
            if (period.IsRemoved || period.Damage.IsSet)
            {
                return;
            }

            using var connection = period.File.OpenReader();
            if (FileCheck.FindDamagedPage(connection) is { } damage)
            {
                period.Damage.Report(damage);
            }
        }
        catch (SqliteException exception)
        {
            // Anything else than damage is that the file has gone, or that the disk fails now.
            period.Damage.TryReport(exception);
        }
    }
}
