namespace Mirror;

/// <summary>Lets everyone send events who asks (CloudEvents "HTTP Webhook", section 4), a hundred a minute.</summary>
internal static class Webhook
{
    public static void Allow(HttpContext context)
    {
        context.Response.Headers["WebHook-Allowed-Origin"] = context.Request.Headers["WebHook-Request-Origin"];
        context.Response.Headers["WebHook-Allowed-Rate"] = "100";
    }
}
