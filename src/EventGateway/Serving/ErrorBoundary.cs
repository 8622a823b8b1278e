using EventGateway.Http;
using Microsoft.AspNetCore.Connections;

namespace EventGateway.Serving;

/// <summary>Catches all exceptions of both APIs: the client gets an answer with the errors body, and the log an entry.</summary>
internal static partial class ErrorBoundary
{
    /// <summary>Adds the boundary around all middleware that is added later.</summary>
    public static IApplicationBuilder UseErrorBoundary(this IApplicationBuilder app)
    {
        var overload = app.ApplicationServices.GetRequiredService<Overload>();
        var logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("EventGateway");
        return app.Use(next => context => ServeAsync(next, context, overload, logger));
    }

    private static async Task ServeAsync(RequestDelegate next, HttpContext context, Overload overload, ILogger logger)
    {
        try
        {
            await next(context);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            LogMistake(logger, context.Request, exception.StatusCode, exception.InnerException is { } cause ? $"{exception.Message} {cause.Message}" : exception.Message);
            await RefuseAsync(context, exception);
        }
        catch (OutOfMemoryException) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, overload);
        }
        catch (Exception exception) when (HasLeft(exception, context))
        {
            LogLeft(logger, context.Request);
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            LogUnexpected(logger, exception, context.Request.Method, context.Request.Path);
            CorsResponseHeaders.ClearOthers(context);
            await JsonResponse.Error(StatusCodes.Status500InternalServerError, "Unexpected error. Please check logs.").ExecuteAsync(context);
        }
    }

    private static async Task AnswerAsync(HttpContext context, Overload overload)
    {
        try
        {
            overload.Refused(Overload.OutOfMemory);
            CorsResponseHeaders.ClearOthers(context);
            await JsonResponse.Unavailable(TimeSpan.FromSeconds(1), Overload.NoMemory).ExecuteAsync(context);
        }
        catch (OutOfMemoryException)
        {
            // No memory even for the answer. Clients retry after an aborted connection, but not after a 500.
            context.Abort();
        }
    }

    // When a client leaves, reads and writes fail with one of several exceptions.
    private static bool HasLeft(Exception exception, HttpContext context) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested);

    private static async Task RefuseAsync(HttpContext context, BadHttpRequestException mistake)
    {
        try
        {
            CorsResponseHeaders.ClearOthers(context);
            await JsonResponse.Error(mistake.StatusCode, mistake.Message).ExecuteAsync(context);
        }
        catch (Exception exception) when (HasLeft(exception, context))
        {
            // The client has left.
        }
    }

    private static void LogMistake(ILogger logger, HttpRequest request, int status, string problem)
    {
        string path = request.Path;
        LogMistake(logger, request.Method, path, status, problem);
    }

    private static void LogLeft(ILogger logger, HttpRequest request)
    {
        string path = request.Path;
        LogLeft(logger, request.Method, path);
    }

    [LoggerMessage(LogEvents.RequestMistake, LogLevel.Debug, "Refused {Method} {Path} with {Status}: {Problem}")]
    private static partial void LogMistake(ILogger logger, string method, string path, int status, string problem);

    [LoggerMessage(LogEvents.RequestLeft, LogLevel.Debug, "The client left before {Method} {Path} was answered.")]
    private static partial void LogLeft(ILogger logger, string method, string path);

    [LoggerMessage(LogEvents.RequestUnexpected, LogLevel.Error, "Unexpected error at {Method} {Path}.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string method, string path);
}
