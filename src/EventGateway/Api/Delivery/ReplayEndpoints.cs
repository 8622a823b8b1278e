using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Api.Requests;
using EventGateway.Engine.Delivery.Replays;
using EventGateway.Engine.Registry;
using EventGateway.Http;

namespace EventGateway.Api.Delivery;

/// <summary>Starts, lists, pauses, resumes and cancels replays.</summary>
/// <param name="registry">Finds the subscription in a request.</param>
internal sealed class ReplayEndpoints(Replayer replays, GatewayRegistry registry)
{
    public async Task<IResult> StartAsync(HttpContext context)
    {
        var (body, error) = await RequestBodyReader.ReadAsync(context);
        if (error is not null)
        {
            return error;
        }

        if (!ReplayReader.TryRead(body, out var request, out var errors))
        {
            return JsonResponse.Error(StatusCodes.Status400BadRequest, errors);
        }

        var space = new RequestUrl(context).Space;
        if (!registry.Subscriptions.Get(space, request.SubscriptionId).TryGet(out var subscription, out _)
            || subscription.Resource.Type is not SubscriptionType.Async)
        {
            return JsonResponse.Error(
                StatusCodes.Status400BadRequest,
                $"subscriptionId: \"{request.SubscriptionId}\"; the id of an async subscription of space {space} is accepted.");
        }

        return await replays.StartAsync(subscription.Resource, request, context.RequestAborted) is { } replay
            ? Answer(StatusCodes.Status201Created, replay)
            : JsonResponse.Error(
                StatusCodes.Status409Conflict, $"Space {space} has {Replayer.MaxPerSpace} active replays, the maximum. Cancel one, or wait until one ends.");
    }

    public IResult List(HttpContext context)
    {
        var list = new ReplayList([.. replays.List(new RequestUrl(context).Space).Select(ReplayDocument.Of)]);
        return DeliveryApiJson.Answer(StatusCodes.Status200OK, list, DeliveryApiJson.Shared.ReplayList);
    }

    public IResult Get(HttpContext context)
    {
        var url = new RequestUrl(context);
        return replays.Find(url.Space, url.Id) is { } replay ? Answer(StatusCodes.Status200OK, replay) : NotFound(url);
    }

    public Task<IResult> PauseAsync(HttpContext context) => PauseAsync(context, pause: true);

    public Task<IResult> ResumeAsync(HttpContext context) => PauseAsync(context, pause: false);

    public async Task<IResult> CancelAsync(HttpContext context)
    {
        var url = new RequestUrl(context);
        return await replays.CancelAsync(url.Space, url.Id, context.RequestAborted) ? new JsonResponse(StatusCodes.Status204NoContent, default) : NotFound(url);
    }

    private async Task<IResult> PauseAsync(HttpContext context, bool pause)
    {
        var url = new RequestUrl(context);
        var done = await replays.TryPauseAsync(url.Space, url.Id, pause, context.RequestAborted);
        if (replays.Find(url.Space, url.Id) is not { } replay)
        {
            return NotFound(url);
        }

        return done
            ? Answer(StatusCodes.Status200OK, replay)
            : JsonResponse.Error(StatusCodes.Status409Conflict, $"Replay {replay.Id} has ended ({OutcomeNames.Of(replay.State)}).");
    }

    private static JsonResponse Answer(int status, Replay replay) =>
        DeliveryApiJson.Answer(status, ReplayDocument.Of(replay), DeliveryApiJson.Shared.ReplayDocument);

    private static JsonResponse NotFound(RequestUrl url) =>
        JsonResponse.Error(StatusCodes.Status404NotFound, $"There is no replay {url.Id} in space {url.Space}.");
}
