using EventGateway.Http;
using EventGateway.Serving;
using EventGateway.Serving.Refusals;

namespace EventGateway.Events;

/// <summary>Admits the requests of the Events API and answers those that are not admitted.</summary>
/// <remarks>
/// <para>A request takes these steps; any of them can end it with an answer.</para>
/// <code>
/// sender ─► 1 admit ─► 2 check ─► 3 decide ─┬─────────► 4 read ─► 5 route ─┬─► 6 store ─► 202
///                                           └─► raw request, unread ───────┴─► 7 call ──► answer
/// </code>
/// <list type="number">
/// <item>
/// <see cref="FramingCheck"/> and <see cref="TargetCheck"/> refuse malformed HTTP. This type counts the request, so that a stop waits
/// for it. It answers 503 while the gateway stops or is overloaded.
/// </item>
/// <item><see cref="RequestPipeline"/> checks the path, applies CORS, and refuses requests that go in a circle.</item>
/// <item>
/// <see cref="RequestContent"/> decides by the headers what the request carries. A plain request that only a raw subscription
/// takes goes straight to its function (<see cref="RawForwarding"/>), and its body is streamed.
/// </item>
/// <item>
/// <see cref="RequestBodies"/> reads the body within the limits and decodes it (<see cref="RequestCodings"/>).
/// <see cref="RequestEventReader"/> reads the events in it; <see cref="PlainRequests"/> makes any other request an
/// <c>http.request</c> event.
/// </item>
/// <item>
/// The routing table finds the subscriptions. <see cref="EventRouter"/> decides which of them get the event: it informs observers,
/// who can stop the event, and asks authorizers.
/// </item>
/// <item>Async: <see cref="EventDelivery"/> stores the deliveries. Without a sync subscription it answers 202 once they are stored.</item>
/// <item>
/// Sync: <see cref="SyncCaller"/> calls the function with the event and turns its answer into the response;
/// <see cref="RawCaller"/> streams the answer unchanged, within <see cref="RawTimeouts"/>.
/// </item>
/// </list>
/// </remarks>
internal sealed class EventsEndpoint(
    OpenConnections connections, Draining draining, Admission admission, Health health, Overload overload, RequestPipeline pipeline)
{
    /// <summary>Answers one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var connection = connections.Begin(context);
        var isServed = draining.TryEnter();
        var refusal = admission.Refusal;
        try
        {
            if (isServed && refusal is null)
            {
                await pipeline.ServeAsync(context);
            }
            else
            {
                await RefuseAsync(context, isServed ? refusal : null);
            }
        }
        catch (OperationCanceledException) when (draining.CutOff.IsCancellationRequested && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            CorsResponseHeaders.ClearOthers(context);
            await Draining.RefuseAsync(context);
        }
        finally
        {
            if (isServed)
            {
                draining.Leave();
            }

            connection?.End();
        }
    }

    // Null means that the gateway stops. Health and preflights are answered even then.
    private Task RefuseAsync(HttpContext context, string? reason)
    {
        var path = RequestTarget.RawPath(context.Request);
        return health.TryAnswer(context, path) || pipeline.ApplyCors(context, path) ? Task.CompletedTask
            : reason is null ? Draining.RefuseAsync(context)
            : overload.RefuseAsync(context, reason);
    }
}
