using System.Diagnostics.Metrics;
using System.Text.Json;
using EventGateway.Abstractions;

namespace EventGateway.Engine.Plugins;

/// <summary>Counts events for plug-ins by outcome.</summary>
internal sealed class PluginMetrics(IMeterFactory meterFactory)
{
    private static readonly string[] Outcomes = Array.ConvertAll(Enum.GetNames<PluginOutcome>(), JsonNamingPolicy.SnakeCaseLower.ConvertName);

    private readonly Counter<long> _calls = meterFactory.Create(GatewayMeter.Name).CreateCounter<long>(
        "eventgateway_plugin_calls_total", description: "System events for plug-ins, by plug-in, type and outcome.");

    /// <summary>Counts one event.</summary>
    public void Called(string plugin, string type, PluginOutcome outcome) =>
        _calls.Add(1, new("plugin", plugin), new("type", type), new("outcome", Outcomes[(int)outcome]));
}
