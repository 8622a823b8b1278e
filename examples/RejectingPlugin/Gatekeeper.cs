using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EventGateway.Abstractions.Plugins;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;

namespace RejectingPlugin;

/// <summary>
/// Rejects incoming events of some types and calls of some functions, and writes a journal of the calls that were made.
/// The environment variable <c>REJECTING_PLUGIN</c> contains the settings, written as a command line:
/// <c>--reject order.cancelled --refuse billing --journal /tmp/journal</c>.
/// </summary>
public sealed class Gatekeeper : IPlugin, IAsyncDisposable
{
    private readonly HashSet<string> _rejected;
    private readonly HashSet<string> _refused;
    private readonly StreamWriter? _journal;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="InvalidOperationException">The settings are invalid. The gateway shows the message and does not start.</exception>
    public Gatekeeper()
    {
        var reject = new Option<string[]>("--reject") { Description = "A type whose events are stopped." };
        var refuse = new Option<string[]>("--refuse") { Description = "A function that is not called." };
        var journal = new Option<string?>("--journal") { Description = "The file that calls are written to." };
        var settings = new RootCommand { reject, refuse, journal }.Parse(Environment.GetEnvironmentVariable("REJECTING_PLUGIN") ?? string.Empty);
        if (settings.Errors.Count > 0)
        {
            throw new InvalidOperationException($"REJECTING_PLUGIN: {string.Join(" ", settings.Errors.Select(error => error.Message))}");
        }

        _rejected = new(settings.GetValue(reject) ?? [], StringComparer.Ordinal);
        _refused = new(settings.GetValue(refuse) ?? [], StringComparer.Ordinal);
        if (settings.GetValue(journal) is { } path)
        {
            _journal = new StreamWriter(path, append: true) { AutoFlush = true };
            _journal.WriteLine($"Settings read by System.CommandLine {typeof(RootCommand).Assembly.GetName().Version!.ToString(2)}.");
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<PluginSubscription> Subscriptions { get; } =
    [
        new(SystemEventTypes.EventReceived, PluginMode.Sync),
        new(SystemEventTypes.FunctionInvoking, PluginMode.Sync),
        new(SystemEventTypes.FunctionInvoked, PluginMode.Async),
    ];

    /// <inheritdoc/>
    public async ValueTask<PluginAnswer> ReactAsync(CloudEvent systemEvent, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(systemEvent);
        using var data = JsonDocument.Parse(systemEvent.Data.Bytes);
        switch (systemEvent.Type)
        {
            case SystemEventTypes.EventReceived:
                var type = TypeOf(data);
                return _rejected.Contains(type) ? PluginAnswer.Stop($"Events of the type {type} are rejected.") : PluginAnswer.Continue;

            case SystemEventTypes.FunctionInvoking:
                var function = FunctionOf(data);
                return _refused.Contains(function) ? PluginAnswer.Stop($"Calls of the function {function} are rejected.") : PluginAnswer.Continue;

            default:
                if (_journal is not null)
                {
                    var line = string.Create(CultureInfo.InvariantCulture, $"{systemEvent.Time} {FunctionOf(data)} took {TypeOf(data)}");
                    await _journal.WriteLineAsync(line.AsMemory(), cancellationToken);
                }

                return PluginAnswer.Continue;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _journal?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static string FunctionOf(JsonDocument data) => data.RootElement.GetProperty("functionId").GetString()!;

    // With --compat 0.9 the gateway writes CloudEvents 0.1, where the name is "eventType".
    private static string TypeOf(JsonDocument data)
    {
        var cloudEvent = data.RootElement.GetProperty("event");
        return (cloudEvent.TryGetProperty("type", out var type) ? type : cloudEvent.GetProperty("eventType")).GetString()!;
    }
}
