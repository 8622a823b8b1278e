using System.Diagnostics;
using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>Checks every page of the files that are too large to be checked when they are opened: once, one after the other, with pauses.</summary>
internal sealed class BackgroundCheck : IAsyncDisposable
{
    // A pause takes four times as long as the check before it, so that checks leave the disk to the appends.
    private const int RestFactor = 4;

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    /// <summary>Begins.</summary>
    /// <param name="files">The files, with the marks that receive damage. Files that are added later are not checked.</param>
    public BackgroundCheck(IReadOnlyCollection<(DeliveryFile File, DamageMark Damage)> files) =>
        _run = files.Count == 0 ? Task.CompletedTask : Task.Run(() => RunAsync(files));

    /// <summary>Ends with the file that is being checked.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync(IReadOnlyCollection<(DeliveryFile File, DamageMark Damage)> files)
    {
        foreach (var (file, damage) in files)
        {
            var start = Stopwatch.GetTimestamp();
            Check(file, damage);
            await Task.Delay(Stopwatch.GetElapsedTime(start) * RestFactor, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private static void Check(DeliveryFile file, DamageMark damage)
    {
        try
        {
            if (damage.IsSet)
            {
                return;
            }

            using var connection = file.OpenReader();
            if (FileCheck.FindDamagedPage(connection) is { } found)
            {
                damage.Report(found);
            }
        }
        catch (SqliteException exception)
        {
            // Other errors mean that the file was deleted, or that the disk fails now.
            damage.TryReport(exception);
        }
    }
}
