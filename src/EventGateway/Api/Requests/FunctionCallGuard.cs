using EventGateway.Abstractions.Connections;
using EventGateway.Http;

namespace EventGateway.Api.Requests;

/// <summary>
/// Refuses function calls of event gateways to the Configuration API, whatever name or load balancer they use. Each such call
/// carries an entry in <c>Via</c>.
/// </summary>
internal static class FunctionCallGuard
{
    /// <summary>Adds the guard.</summary>
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
