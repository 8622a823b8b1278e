using EventGateway.Options;
using Microsoft.Extensions.Logging.Console;

namespace EventGateway.Observability;

/// <summary>Logs to the console, as text or JSON.</summary>
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
        // The server's own lines are of use to those who ask for everything.
        logging.AddFilter("Microsoft", options.LogLevel is LogLevel.Debug ? LogLevel.Information : LogLevel.Warning);
        // It would make an activity per request for its scope, although the error boundary has reported every failure, and show the
        // targets of requests with the keys in their queries.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // It would tell the URLs of functions, with the keys in their queries; failures are reported by whoever made the call.
        logging.AddFilter("Yarp", LogLevel.None);
        // A start that fails is reported once, by the program.
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
