using System.Text.Json;
using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Delivery.Replays;
using EventGateway.Engine.Delivery.Waiting;
using EventGateway.Engine.Routing;
using EventGateway.Tests.Api.Config;
using EventGateway.Tests.Engine.Delivery;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;

namespace EventGateway.Tests.Api.Delivery;

/// <summary>The operators' API over played stores.</summary>
internal sealed class DeliveryApiFixture : IAsyncDisposable
{
    private readonly DispatcherFixture _dispatching = new(durable: true);
    private ConfigApiFixture _api = null!;

    private DeliveryApiFixture()
    {
    }

    public PlayedDeadLetters DeadLetters { get; } = new();

    public PlayedEventLog Events { get; } = new();

    public PlayedWaitingDeliveries Waiting { get; } = new();

    public PlayedReplayStore Replays { get; } = new();

    public DispatcherFixture Dispatching => _dispatching;

    public static async Task<DeliveryApiFixture> StartAsync()
    {
        var fixture = new DeliveryApiFixture();
        fixture._api = await ConfigApiFixture.StartAsync(services => services
            .AddSingleton<IDeadLetterStore>(fixture.DeadLetters)
            .AddSingleton<IEventLog>(fixture.Events)
            .AddSingleton(new DeliveryOverview(
                fixture.Waiting, fixture._dispatching, fixture._dispatching.Gates, fixture._dispatching.Dispatcher))
            .AddSingleton(_ => new Replayer(
                fixture.Events, fixture.Replays, fixture._dispatching.Backlog, fixture._dispatching, TimeProvider.System, NullLogger<Replayer>.Instance))
            .AddSingleton<IRouteDirectory>(fixture._dispatching)
            .AddSingleton(fixture._dispatching.Intake));
        return fixture;
    }

    public Task<ConfigApiFixture.Answer> SendAsync(string method, string path, string? body = null) =>
        _api.SendAsync(method, path.StartsWith('/') ? path : $"/v1/spaces/default/{path}", body);

    /// <summary>Sends a request whose answer has this status, and reads its JSON.</summary>
    public async Task<JsonElement> ReadAsync(string method, string path, int status = 200, string? body = null)
    {
        var answer = await SendAsync(method, path, body);
        answer.Code.ShouldBe(status, answer.Body);
        using var document = JsonDocument.Parse(answer.Body, new JsonDocumentOptions { MaxDepth = 200 });
        return document.RootElement.Clone();
    }

    /// <summary>Sends a request that is refused; its messages.</summary>
    public async Task<IReadOnlyList<string>> RefusedAsync(string method, string path, int status = 400, string? body = null) =>
        [.. (await ReadAsync(method, path, status, body)).GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("message").GetString()!)];

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _dispatching.DisposeAsync();
    }
}
