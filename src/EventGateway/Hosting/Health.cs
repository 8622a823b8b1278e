using System.Text;

namespace EventGateway.Hosting;

/// <summary>What orchestrators ask: whether the process lives, and whether it should get traffic.</summary>
internal sealed class Health(Draining draining)
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
                    : (StatusCodes.Status200OK, "ok\n");
                Answer(context, status, text);
                return true;
            default:
                return false;
        }
    }

    private static void Answer(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = text.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            Encoding.ASCII.GetBytes(text, context.Response.BodyWriter);
        }
    }
}
