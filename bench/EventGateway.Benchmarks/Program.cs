using System.Globalization;
using System.Runtime.InteropServices;
using EventGateway.Benchmarks;
using EventGateway.Benchmarks.Peers;
using EventGateway.Benchmarks.Report;
using EventGateway.Benchmarks.Scenarios;

// The peers are this program too, started as other processes.
if (args is ["peer", var peer, .. var given])
{
    var numbers = Array.ConvertAll(given, p => int.Parse(p, CultureInfo.InvariantCulture));
    await (peer switch
    {
        "kestrel" => KestrelPeer.RunAsync(numbers[0]),
        "aws" => AwsPeer.RunAsync(numbers[0], TimeSpan.FromMilliseconds(numbers.ElementAtOrDefault(1))),
        "yarp" => YarpPeer.RunAsync(numbers[0], numbers[1]),
        _ => throw new NotSupportedException($"Unknown peer \"{peer}\". Known peers: kestrel, yarp, aws."),
    });
    return 0;
}

if (!Settings.TryParse(args, out var settings, out var problem))
{
    await Console.Error.WriteLineAsync(problem);
    await Console.Error.WriteLineAsync(Settings.Usage);
    return 2;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var table = new FigureTable();
try
{
    foreach (var scenario in settings.Scenarios)
    {
        await (scenario switch
        {
            "sync" => SyncScenario.RunAsync(settings, table, stop.Token),
            "async" => AsyncScenario.RunAsync(settings, table, stop.Token),
            "durable" => DurableScenario.RunAsync(settings, table, stop.Token),
            "backlog" => BacklogScenario.RunAsync(settings, table, stop.Token),
            "fanout" => FanOutScenario.RunAsync(settings, table, stop.Token),
            "raw" => RawScenario.RunAsync(settings, table, stop.Token),
            "signing" => SigningScenario.RunAsync(settings, table, stop.Token),
            "batching" => BatchingScenario.RunAsync(settings, table, stop.Token),
            "scale" => ScaleScenario.RunAsync(settings, table, stop.Token),
            "compare" => CompareScenario.RunAsync(settings, table, stop.Token),
            _ => StartupScenario.RunAsync(settings, table, stop.Token),
        });
    }
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    await Console.Error.WriteLineAsync("Stopped. The table contains the figures that were measured before.");
}

Console.WriteLine();
Console.WriteLine(table.ToMarkdown());
return 0;

// Ends the scenario in order, so that no child process stays behind.
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
