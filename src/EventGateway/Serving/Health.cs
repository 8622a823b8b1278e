using System.Text;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;

namespace EventGateway.Serving;

/// <summary>What orchestrators ask: whether the process lives, and whether it should get traffic.</summary>
/// <param name="draining">Says whether the program stops.</param>
/// <param name="admission">Says whether new events are refused.</param>
/// <param name="config">Keeps the configuration.</param>
/// <param name="deliveries">Keeps the deliveries.</param>
internal sealed class Health(Draining draining, Admission admission, IConfigStore config, IDeliveryStore deliveries)
{
    /// <summary>Answers a health request, if the path is one.</summary>
    /// <returns>Whether the path was one, and the answer was given.</returns>
    public bool TryAnswer(HttpContext context, string path)
    {
        switch (path)
        {
            case "/livez":
                Answer(context, StatusCodes.Status200OK, "ok\n");
                return true;
            case "/readyz":
                // The listeners open once the configuration is loaded, so whoever can ask is past the start.
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

    // Ready all the same: what the other files hold is served and delivered.
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
