namespace Mirror;

/// <summary>Answers the validation request of a webhook (CloudEvents "HTTP Webhook", section 4): every sender may send 100 events per minute.</summary>
internal static class Webhook
{
    public static void Allow(HttpContext context)
    {
        context.Response.Headers["WebHook-Allowed-Origin"] = context.Request.Headers["WebHook-Request-Origin"];
        context.Response.Headers["WebHook-Allowed-Rate"] = "100";
    }
}
