namespace Mirror;

/// <summary>Allows every sender that asks to send 100 events per minute (CloudEvents "HTTP Webhook", section 4).</summary>
internal static class Webhook
{
    public static void Allow(HttpContext context)
    {
        context.Response.Headers["WebHook-Allowed-Origin"] = context.Request.Headers["WebHook-Request-Origin"];
        context.Response.Headers["WebHook-Allowed-Rate"] = "100";
    }
}
