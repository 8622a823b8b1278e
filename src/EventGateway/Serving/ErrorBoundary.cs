using EventGateway.Http;
using Microsoft.AspNetCore.Connections;

namespace EventGateway.Serving;

/// <summary>Stands around both APIs: whatever goes wrong inside, the client gets an answer of the usual form and the operator a log line.</summary>
internal static partial class ErrorBoundary
{
    /// <summary>Adds the boundary; what is added after it stands inside.</summary>
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
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            LogMistake(logger, context.Request, e.StatusCode, e.Message);
            await RefuseAsync(context, e);
        }
        catch (OutOfMemoryException) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, overload);
        }
        catch (Exception e) when (HasLeft(e, context))
        {
            LogLeft(logger, context.Request);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            LogUnexpected(logger, e, context.Request.Method, context.Request.Path);
            context.Response.Clear();
            await JsonResponse.Error(StatusCodes.Status500InternalServerError, "Unexpected error. Please check logs.").ExecuteAsync(context);
        }
    }

    private static async Task AnswerAsync(HttpContext context, Overload overload)
    {
        try
        {
            overload.Refused(Overload.OutOfMemory);
            context.Response.Clear();
            await JsonResponse.Unavailable(TimeSpan.FromSeconds(1), Overload.NoMemory).ExecuteAsync(context);
        }
        catch (OutOfMemoryException)
        {
            // Not even for that: a connection that breaks says that it may be tried again, which a 500 does not.
            context.Abort();
        }
    }

    // A client that leaves ends what is read from it and written to it in several ways.
    private static bool HasLeft(Exception exception, HttpContext context) =>
        exception is ConnectionResetException or ConnectionAbortedException
        || (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested);

    private static async Task RefuseAsync(HttpContext context, BadHttpRequestException mistake)
    {
        try
        {
            context.Response.Clear();
            await JsonResponse.Error(mistake.StatusCode, mistake.Message).ExecuteAsync(context);
        }
        catch (Exception e) when (HasLeft(e, context))
        {
            // Nobody reads the answer.
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

    [LoggerMessage(EventId = 106, Level = LogLevel.Debug, Message = "Refused {Method} {Path} with {Status}: {Problem}")]
    private static partial void LogMistake(ILogger logger, string method, string path, int status, string problem);

    [LoggerMessage(EventId = 107, Level = LogLevel.Debug, Message = "The client left before {Method} {Path} was answered.")]
    private static partial void LogLeft(ILogger logger, string method, string path);

    [LoggerMessage(EventId = 105, Level = LogLevel.Error, Message = "Unexpected error at {Method} {Path}.")]
    private static partial void LogUnexpected(ILogger logger, Exception exception, string method, string path);
}
