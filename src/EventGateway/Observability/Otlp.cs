using System.Collections;
using EventGateway.Engine.Functions;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EventGateway.Observability;

/// <summary>Exports traces and metrics over OTLP, where the standard environment variables say where to.</summary>
internal static class Otlp
{
    private const string Prefix = "OTEL_";
    private const string ServiceName = "event-gateway";

    /// <summary>
    /// Adds the exporters: both where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, one of them where only its own
    /// <c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c> or <c>OTEL_EXPORTER_OTLP_METRICS_ENDPOINT</c> is. Not set, or
    /// <c>OTEL_SDK_DISABLED</c>: nothing is exported, and no call is traced.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">Where the exporters look for their variables.</param>
    public static IServiceCollection AddOtlp(this IServiceCollection services, IConfigurationBuilder configuration)
    {
        var (traces, metrics) = (IsOn("TRACES"), IsOn("METRICS"));
        if (traces || metrics)
        {
            // The program's configuration is empty otherwise: its own options are arguments.
            configuration.AddInMemoryCollection(Variables());
            Add(services, traces, metrics);
        }

        return services;
    }

    private static bool IsOn(string signal) =>
        (IsSet("OTEL_EXPORTER_OTLP_ENDPOINT") || IsSet(EndpointOf(signal)))
        && !string.Equals(Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);

    private static string EndpointOf(string signal) => $"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT";

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));

    // In a method of its own, so that no exporter is loaded where none is wanted.
    private static void Add(IServiceCollection services, bool traces, bool metrics)
    {
        // The variables come last: what they say of the resource stands above the defaults.
        var telemetry = services.AddOpenTelemetry().ConfigureResource(static resource => resource
            .Clear()
            .AddService(ServiceName, serviceVersion: typeof(Otlp).Assembly.GetName().Version?.ToString(3))
            .AddTelemetrySdk()
            .AddEnvironmentVariableDetector());
        services.AddHostedService<OtlpShutdown>();
        if (traces)
        {
            telemetry.WithTracing(static tracing => tracing.AddSource(FunctionMetrics.SourceName).AddOtlpExporter(static exporter => UseOwnEndpoint(exporter, "TRACES")));
        }

        if (metrics)
        {
            telemetry.WithMetrics(static metrics => metrics.AddOtlpExporter(static exporter => UseOwnEndpoint(exporter, "METRICS")));
        }
    }

    // The exporter itself reads only what both share. An endpoint of its own is used as it is, without a path added.
    private static void UseOwnEndpoint(OtlpExporterOptions exporter, string signal)
    {
        if (Uri.TryCreate(Environment.GetEnvironmentVariable(EndpointOf(signal)), UriKind.Absolute, out var endpoint))
        {
            exporter.Endpoint = endpoint;
        }
    }

    private static IEnumerable<KeyValuePair<string, string?>> Variables()
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (variable.Key is string name && name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                yield return new(name, variable.Value as string);
            }
        }
    }
}
