using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Config;

public sealed class ConfigApiConcurrencyTests
{
    private const int Clients = 64;
    private const int Rounds = 30;
    private const string Root = "/v1/spaces/default";

    private readonly ConcurrentBag<Write> _writes = [];
    private readonly ConcurrentBag<string> _deletions = [];
    private readonly ConcurrentBag<string> _surprises = [];

    [Fact]
    public async Task Keeps_store_snapshot_and_api_in_agreement_under_64_clients()
    {
        await using var api = await ConfigApiFixture.StartAsync();
        await api.SendAsync("POST", Root + "/eventtypes", """{"name":"e"}""");

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => ActAsync(api, new Random(client)))));

        _surprises.ShouldBeEmpty();
        AgreeOnEveryLife(api);
        await AgreeOnTheEndAsync(api);
    }

    private async Task ActAsync(ConfigApiFixture api, Random random)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var function = $"f{random.Next(4)}";
            var path = $"/{random.Next(4)}";
            var id = SubscriptionId.Create(SubscriptionType.Async, "e", function, path, "POST");
            var (method, url, body) = random.Next(6) switch
            {
                0 => ("POST", "/functions", $$$"""{"functionId":"{{{function}}}","type":"builtin","provider":{"name":"log"}}"""),
                1 => ("PUT", $"/functions/{function}", $$$"""{"type":"builtin","provider":{"name":"echo"},"metadata":{"r":"{{{round}}}"}}"""),
                2 => ("DELETE", $"/functions/{function}", null),
                3 or 4 => ("POST", "/subscriptions", $$"""{"type":"async","eventType":"e","functionId":"{{function}}","path":"{{path}}"}"""),
                _ => ("DELETE", $"/subscriptions/{id}", (string?)null),
            };
            var answer = await api.SendAsync(method, Root + url, body);
            switch (answer.Code)
            {
                case 200 or 201:
                    _writes.Add(new Write(UrlOf(answer.Body), answer.ETag!, answer.Code == 201));
                    break;
                case 204:
                    _deletions.Add(url);
                    break;
                case 400 or 404 or 409:
                    break;
                default:
                    _surprises.Add($"{method} {url}: {answer.Code} {answer.Body}");
                    break;
            }
        }
    }

    private static string UrlOf(string body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        return root.TryGetProperty("subscriptionId", out var id)
            ? $"/subscriptions/{id.GetString()}"
            : $"/functions/{root.GetProperty("functionId").GetString()}";
    }

    private static string CollectionOf(ConfigKey key) => key.Kind switch
    {
        ConfigKind.EventType => "eventtypes",
        ConfigKind.Function => "functions",
        _ => "subscriptions",
    };

    // Between two creations of a resource lies one deletion; what is there at the end was created once more.
    private void AgreeOnEveryLife(ConfigApiFixture api)
    {
        _writes.Select(write => write.ETag).ShouldBeUnique();
        _writes.Count(write => write.Created).ShouldBeGreaterThan(0);
        var there = api.Store.Entries.Select(entry => $"/{CollectionOf(entry.Key)}/{entry.Key.Id}").ToHashSet(StringComparer.Ordinal);
        foreach (var life in _writes.Where(write => write.Created).GroupBy(write => write.Url))
        {
            life.Count().ShouldBe(_deletions.Count(url => url == life.Key) + (there.Contains(life.Key) ? 1 : 0), life.Key);
        }
    }

    private static async Task AgreeOnTheEndAsync(ConfigApiFixture api)
    {
        var stored = api.Store.Entries;
        foreach (var entry in stored)
        {
            var answer = await api.SendAsync("GET", $"{Root}/{CollectionOf(entry.Key)}/{entry.Key.Id}");
            (answer.Code, answer.Body, answer.ETag).ShouldBe((200, Encoding.UTF8.GetString(entry.Json.Span), $"\"{entry.Revision}\""));
        }

        var subscriptions = api.Registry.Subscriptions.List("default", new ResourceQuery()).Entries;
        subscriptions.Count.ShouldBe(stored.Count(entry => entry.Key.Kind is ConfigKind.Subscription));
        var routed = Enumerable.Range(0, 4).SelectMany(path => api.Registry.Routes.Match("POST", $"/{path}", "e").Async).ToList();
        routed.Select(route => route.Subscription.SubscriptionId).Order(StringComparer.Ordinal)
            .ShouldBe(subscriptions.Select(entry => entry.Id));
        routed.ShouldAllBe(route => ReferenceEquals(
            route.Function, api.Registry.Functions.Get("default", route.Subscription.FunctionId).Entry!.Resource));
    }

    private sealed record Write(string Url, string ETag, bool Created);
}
