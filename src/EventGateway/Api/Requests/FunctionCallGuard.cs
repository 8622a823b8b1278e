using EventGateway.Abstractions.Connections;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>
/// Keeps calls of functions off the Configuration API, whatever name or load balancer they come by: each call of an event
/// gateway carries an entry in <c>Via</c>.
/// </summary>
internal static class FunctionCallGuard
{
    /// <summary>Refuses requests that an event gateway has passed on.</summary>
    /// <param name="app">Where to.</param>
    public static IApplicationBuilder UseFunctionCallGuard(this IApplicationBuilder app) =>
        app.Use(static next => context => IsPassedOn(context.Request)
            ? JsonResponse.Error(StatusCodes.Status403Forbidden, "Via: functions may not call the Configuration API of an event gateway.").ExecuteAsync(context)
            : next(context));

    private static bool IsPassedOn(HttpRequest request)
    {
        foreach (var value in request.Headers.Via)
        {
            if (Via.CountGateways(value) > 0)
            {
                return true;
            }
        }

        return false;
    }
}
