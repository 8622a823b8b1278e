using System.Text;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Serving;

/// <summary>Answers the health checks of orchestrators: whether the process is alive, and whether it should get traffic.</summary>
/// <param name="draining">Whether the program stops.</param>
/// <param name="admission">Whether new events are refused.</param>
/// <param name="config">The config store.</param>
/// <param name="deliveries">The delivery store.</param>
internal sealed class Health(Draining draining, Admission admission, IConfigStore config, IDeliveryStore deliveries)
{
    /// <summary>Answers a request if its path is that of a health check.</summary>
    /// <returns>Whether the request was answered.</returns>
    public bool TryAnswer(HttpContext context, string path)
    {
        switch (path)
        {
            case "/livez":
                Answer(context, StatusCodes.Status200OK, "ok\n");
                return true;
            case "/readyz":
                // The listeners open after the configuration is loaded, so the start is complete here.
                var (status, text) = draining.IsDraining
                    ? (StatusCodes.Status503ServiceUnavailable, "stopping\n")
                    : admission.Refusal is { } reason ? (StatusCodes.Status503ServiceUnavailable, reason is Overload.Threads ? "overloaded: threads\n" : "overloaded: memory\n")
                    : (StatusCodes.Status200OK, Describe());
                Answer(context, status, text);
                return true;
            default:
                return false;
        }
    }

    // Ready even with damaged files: the content of all other files is served and delivered.
    private string Describe()
    {
        var faults = ((config as IStoreHealth)?.Faults ?? []).Concat((deliveries as IStoreHealth)?.Faults ?? []).ToArray();
        return faults.Length == 0
            ? "ok\n"
            : $"degraded: {string.Join(", ", faults.Select(static fault => $"{fault.File} ({NameOf(fault.Kind)})"))}\n";
    }

    private static string NameOf(StoreFaultKind kind) => kind switch
    {
        StoreFaultKind.Missing => "missing",
        StoreFaultKind.Damaged => "damaged",
        StoreFaultKind.DamagedEvents => "damaged events",
        _ => "of another store",
    };

    private static void Answer(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = Encoding.UTF8.GetByteCount(text);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            Encoding.UTF8.GetBytes(text, context.Response.BodyWriter);
        }
    }
}
