using EventGateway.Options;
using Microsoft.Extensions.Logging.Console;

namespace EventGateway.Observability;

/// <summary>Configures logging to the console, as text or JSON.</summary>
internal static class Logging
{
    /// <summary>The format of the time at the start of each entry, in UTC.</summary>
    public const string TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>Adds logging with the operator's level and format.</summary>
    public static void AddGateway(this ILoggingBuilder logging, GatewayOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);
        logging.Services.AddSingleton<LoggerFactory>();
        logging.Services.AddSingleton<ILoggerFactory>(static services => new ServerLoggers(services.GetRequiredService<LoggerFactory>()));
        // Information from ASP.NET is logged at debug level only.
        logging.AddFilter("Microsoft", options.LogLevel is LogLevel.Debug ? LogLevel.Information : LogLevel.Warning);
        // It would create an activity for each request and log request targets with the keys in their queries. The error boundary
        // reports all failures.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // It would log the URLs of functions with the keys in their queries. The caller of a function reports failures.
        logging.AddFilter("Yarp", LogLevel.None);
        // The program itself reports a failed start.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        if (options.LogJson)
        {
            logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = TimestampFormat;
            });
        }
        else
        {
            logging.AddConsole(console => console.FormatterName = TextLogFormatter.FormatterName);
            logging.Services.AddSingleton<ConsoleFormatter>(new TextLogFormatter(TimeProvider.System));
        }
    }
}
