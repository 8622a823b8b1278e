using EventGateway.Options;
using Microsoft.Extensions.Logging.Console;

namespace EventGateway.Observability;

/// <summary>Configures logging to the console, as text or JSON.</summary>
internal static class Logging
{
    /// <summary>The format of the time of each entry, in UTC (RFC 3339).</summary>
    public const string TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    // The namespace of the access log, whose lines do not depend on --log-level.
    private const string AccessLogCategory = "EventGateway.Events.Access";

    /// <summary>Adds logging with the operator's level and format.</summary>
    public static void AddGateway(this ILoggingBuilder logging, GatewayOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);
        logging.Services.AddSingleton<LoggerFactory>();
        logging.Services.AddSingleton<ILoggerFactory>(static services => new ServerLoggers(services.GetRequiredService<LoggerFactory>()));
        // At debug level the log has lines about the work of the gateway, and not about that of its frameworks.
        logging.AddFilter("Microsoft", options.LogLevel is LogLevel.Error ? LogLevel.Error : LogLevel.Warning);
        // It would create an activity for each request and log request targets with the keys in their queries. The error boundary
        // reports all failures.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // It would log the URLs of functions with the keys in their queries. The caller of a function reports failures.
        logging.AddFilter("Yarp", LogLevel.None);
        // The program itself reports a failed start.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        if (options.AccessLog)
        {
            logging.AddFilter(AccessLogCategory, LogLevel.Information);
        }

        logging.AddConsole(console => console.FormatterName = options.LogJson ? JsonLogFormatter.FormatterName : TextLogFormatter.FormatterName);
        logging.Services.AddSingleton<ConsoleFormatter>(options.LogJson ? new JsonLogFormatter(TimeProvider.System) : new TextLogFormatter(TimeProvider.System));
    }
}
