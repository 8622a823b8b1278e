using System.Collections;
using EventGateway.Engine.Functions;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace EventGateway.Observability;

/// <summary>Exports traces and metrics over OTLP to the endpoint in the standard environment variables.</summary>
internal static class Otlp
{
    private const string Prefix = "OTEL_";
    private const string ServiceName = "event-gateway";

    /// <summary>
    /// Adds the exporters: both when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, one of them when only
    /// <c>OTEL_EXPORTER_OTLP_TRACES_ENDPOINT</c> or <c>OTEL_EXPORTER_OTLP_METRICS_ENDPOINT</c> is set. Without these variables, or
    /// with <c>OTEL_SDK_DISABLED</c>, nothing is exported and calls are not traced.
    /// </summary>
    /// <param name="configuration">Takes the variables, which the exporters read from the configuration.</param>
    public static IServiceCollection AddOtlp(this IServiceCollection services, IConfigurationBuilder configuration)
    {
        var (traces, metrics) = (IsOn("TRACES"), IsOn("METRICS"));
        if (traces || metrics)
        {
            // The configuration has no other content: the program reads its own options elsewhere.
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

    // A separate method, so that the exporter's assemblies are loaded only when needed.
    private static void Add(IServiceCollection services, bool traces, bool metrics)
    {
        // The variables come last, so that they override the defaults.
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

    // The exporter reads only the shared variable. An endpoint for one signal is used unchanged, without an added path.
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
