using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Microsoft.Data.Sqlite;
using Shouldly;

namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>With <c>--dedup-window</c>, an event that is sent again is accepted once, also when the program is killed in between.</summary>
public sealed class DuplicateTests : IAsyncDisposable
{
    private const string Type = "repeated.event";

    private readonly TemporaryDirectory _directory = new();
    private readonly FunctionServer _functions = new();

    public async ValueTask DisposeAsync()
    {
        await _functions.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Accepts_every_event_once_when_killed_under_load_and_loses_none()
    {
        const int Rounds = 4;
        const int Each = 80;
        const int Clients = 6;
        for (var round = 0; round < Rounds; round++)
        {
            var ids = Enumerable.Range(round * Each, Each).Select(number => $"e{number}").ToList();
            var answered = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
            await using (var gateway = await StartAsync())
            {
                if (round == 0)
                {
                    await gateway.SubscribeAsync(_functions, "f", new FunctionAnswer(), "/", "async", Type);
                }

                // Every client sends all events, so several at once are equal.
                var sending = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() => SendAllAsync(gateway, ids, answered))));
                await Eventually.TrueAsync(() => answered.Count >= Each / 3 || sending.IsCompleted, "events are accepted");
                await gateway.KillAsync();
                await sending;
            }

            await using var again = await StartAsync();
            foreach (var id in ids)
            {
                var answer = await SendAsync(again, id);
                answer.Status.ShouldBe(202, answer.ToString());
                answer.Header("event-id").ShouldBe(id);
                if (answered.ContainsKey(id))
                {
                    answer.Header("event-duplicate").ShouldBe("true", id);
                }
            }

            await Eventually.TrueAsync(() => Received().IsSupersetOf(ids), "every event is delivered");
            await again.StopAsync();
        }

        var stored = ReadStoredIds();
        stored.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, Rounds * Each).Select(number => $"e{number}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Accepts_one_of_equal_requests_that_come_at_once()
    {
        await using var gateway = await StartAsync();
        await gateway.SubscribeAsync(_functions, "f", new FunctionAnswer(), "/orders", "async", "http.request", newType: false);
        for (var round = 0; round < 10; round++)
        {
            var request = RawRequest.With("POST", "/orders", "text/plain", "order", new HttpField("Idempotency-Key", $"\"key-{round}\""));
            var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => gateway.Events.SendAsync(request)));

            answers.ShouldAllBe(answer => answer.Status == 202);
            var accepted = answers.Where(answer => answer.Header("event-duplicate") is null).ToList();
            accepted.ShouldHaveSingleItem().Header("event-id").ShouldNotBeNull();
            answers.Except(accepted).ShouldAllBe(answer => answer.Header("event-id") == null);
        }

        await gateway.StopAsync();
        ReadStoredIds().Count.ShouldBe(10);
        _functions.Count.ShouldBeLessThanOrEqualTo(10);
    }

    [Fact]
    public async Task An_event_type_sets_its_own_window_and_metrics_count_duplicates()
    {
        await using var gateway = await StartAsync("--dedup-window", "0");
        await gateway.SubscribeAsync(_functions, "f", new FunctionAnswer(), "/", "async", Type);
        await SendAsync(gateway, "a");
        (await SendAsync(gateway, "a")).Header("event-duplicate").ShouldBeNull();

        var path = $"/v1/spaces/default/eventtypes/{Type}";
        var changed = await gateway.Config.SendAsync(RawRequest.Json("PUT", path, $$"""{"name":"{{Type}}","dedupWindow":"PT1H"}"""));
        changed.Status.ShouldBe(200, changed.ToString());
        changed.Json["dedupWindow"]!.GetValue<string>().ShouldBe("PT1H");

        (await SendAsync(gateway, "a")).Header("event-duplicate").ShouldBeNull();
        (await SendAsync(gateway, "a")).Header("event-duplicate").ShouldBe("true");
        (await gateway.Config.GetAsync("/metrics")).Text.ShouldContain("eventgateway_duplicate_events_total{space=\"default\"} 1");
        await Eventually.TrueAsync(() => _functions.Count == 3, "the function has its calls");
    }

    [Fact]
    public async Task A_dead_letter_is_redelivered_and_an_event_replayed_within_the_window()
    {
        await using var gateway = await StartAsync();
        var function = await gateway.SubscribeAsync(_functions, "f", new FunctionAnswer { Status = 400 }, "/", "async", Type);
        await SendAsync(gateway, "a");
        JsonArray letters = [];
        await Eventually.TrueAsync(
            async () => (letters = (await gateway.Config.GetAsync("/v1/spaces/default/deadletters")).Json["deadLetters"]!.AsArray()).Count == 1, "there is a dead letter");
        _functions[function] = new FunctionAnswer();

        var redelivered = await gateway.Config.PostAsync($"/v1/spaces/default/deadletters/{letters[0]!["deadLetterId"]}/redeliver", "");
        redelivered.Status.ShouldBeInRange(200, 204, redelivered.ToString());
        await Eventually.TrueAsync(() => _functions.Count == 2, "the dead letter is redelivered");

        var subscription = (await gateway.Config.GetAsync("/v1/spaces/default/subscriptions")).Json["subscriptions"]![0]!["subscriptionId"]!;
        var replay = await gateway.Config.PostAsync("/v1/spaces/default/replays", $$"""{"subscriptionId":"{{subscription}}","from":"2020-01-01T00:00:00Z"}""");
        replay.Status.ShouldBe(201, replay.ToString());
        await Eventually.TrueAsync(() => _functions.Count == 3, "the event is replayed");
    }

    private static async Task SendAllAsync(GatewayProcess gateway, IReadOnlyList<string> ids, ConcurrentDictionary<string, int> answered)
    {
        try
        {
            foreach (var id in ids)
            {
                if (await SendAsync(gateway, id) is { Status: 202, Incomplete: false })
                {
                    answered[id] = 0;
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or IOException or OperationCanceledException)
        {
            // The program was killed.
        }
    }

    private static Task<RawResponse> SendAsync(GatewayProcess gateway, string id) => gateway.Events.SendAsync(RawRequest.With(
        "POST", "/", "application/cloudevents+json", $$"""{"specversion":"1.0","id":"{{id}}","type":"{{Type}}","source":"/shop","data":1}"""));

    private HashSet<string> Received() => [.. _functions.Calls().Select(call => call.Json["id"]!.GetValue<string>())];

    private List<string> ReadStoredIds()
    {
        var ids = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_directory.Path, "deliveries"), "*.db").Where(file => char.IsAsciiDigit(Path.GetFileName(file)[0])))
        {
            using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT id FROM events";
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                ids.Add(reader.GetString(0));
            }
        }

        return ids;
    }

    private Task<GatewayProcess> StartAsync(params string[] arguments) => GatewayProcess.StartAsync(new GatewayOptions
    {
        DataDirectory = _directory.Path,
        Arguments = ["--log-level", "error", .. arguments.Length == 0 ? ["--dedup-window", "10m"] : arguments],
    });
}
