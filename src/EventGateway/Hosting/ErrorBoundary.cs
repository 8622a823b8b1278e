using EventGateway.Http;
using Microsoft.AspNetCore.Connections;

namespace EventGateway.Hosting;

/// <summary>Stands around both APIs: whatever goes wrong inside, the client gets an answer of the usual form and the operator a log line.</summary>
internal static partial class ErrorBoundary
{
    /// <summary>Adds the boundary; what is added after it stands inside.</summary>
    public static IApplicationBuilder UseErrorBoundary(this IApplicationBuilder app)
    {
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("EventGateway");
        return app.Use(next => context => ServeAsync(next, context, logger));
    }

    private static async Task ServeAsync(RequestDelegate next, HttpContext context, ILogger logger)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await JsonAnswer.Error(e.StatusCode, e.Message).ExecuteAsync(context);
        }
        catch (Exception e) when (e is ConnectionResetException || (e is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            // The client has gone; nobody reads an answer.
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            LogUnexpected(logger, e, context.Request.Method, context.Request.Path);
            context.Response.Clear();
            await JsonAnswer.Error(StatusCodes.Status500InternalServerError, "Unexpected error. Please check logs.").ExecuteAsync(context);
        }
    }

    [LoggerMessage(EventId = 105, Level = LogLevel.Error, Message = "Unexpected error at {Method} {Path}.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string method, string path);
}
