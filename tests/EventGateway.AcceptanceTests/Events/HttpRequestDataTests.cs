using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using EventGateway.AcceptanceTests.Wire;
using EventGateway.TestSupport;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>The data of an <c>http.request</c> event has everything that was sent, over HTTP/1.1 and HTTP/2.</summary>
public sealed class HttpRequestDataTests(WireGateway wire) : IClassFixture<WireGateway>
{
    private const int Requests = 150;

    [Fact]
    public async Task Every_target_is_read_in_one_way_and_loses_nothing()
    {
        await SubscribeEchoAsync("target", "/t/*rest");
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < Requests; i++)
        {
            var rest = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => NaiveTarget.Segment(random)));
            var path = "/t/" + rest;
            var query = random.Next(4) == 0 ? null : NaiveTarget.Query(random);
            var target = query is null ? path : $"{path}?{query}";
            var overHttp2 = random.Next(2) == 0;

            var data = await SendAsync(target, overHttp2);

            var what = $"seed {seed}, request {i}, {(overHttp2 ? "HTTP/2" : "HTTP/1.1")}: {target}";
            data["rawPath"]!.GetValue<string>().ShouldBe(path, what);
            data["rawQuery"]?.GetValue<string>().ShouldBe(query, what);
            data.AsObject().ContainsKey("rawQuery").ShouldBe(query is not null, what);
            data["path"]!.GetValue<string>().ShouldBe(NaiveTarget.Decode(path), what);
            data["params"]!["rest"]!.GetValue<string>().ShouldBe(NaiveTarget.Decode(rest), what);
            data["query"]!.ToJsonString().ShouldBe(NaiveTarget.Query(query ?? "").ToJsonString(), what);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_crumbs_of_a_cookie_are_joined_as_one_cookie(bool overHttp2)
    {
        await SubscribeEchoAsync($"cookies{overHttp2}", $"/cookies/{overHttp2}");

        var data = await SendAsync($"/cookies/{overHttp2}", overHttp2, new("cookie", "a=1"), new("cookie", "b=2; c=3"), new("x-many", "d"), new("x-many", "e"));

        data["headers"]!["Cookie"]!.GetValue<string>().ShouldBe("a=1; b=2; c=3");
        data["headers"]!["X-Many"]!.GetValue<string>().ShouldBe("d, e");
    }

    private async Task<JsonNode> SendAsync(string target, bool overHttp2, params HttpField[] headers)
    {
        var (status, text) = overHttp2
            ? await wire.SendHttp2Async("GET", target, headers) is var h2 ? (h2.Status, h2.Text) : default
            : await wire.Gateway.Events.SendAsync(new RawRequest("GET", target) { Headers = headers }) is var h1 ? (h1.Status, h1.Text) : default;
        status.ShouldBe(200, $"{target}: {text}");
        return JsonNode.Parse(text)!["data"]!;
    }

    private async Task SubscribeEchoAsync(string name, string path)
    {
        await CreateAsync("functions", new JsonObject { ["functionId"] = name, ["type"] = "builtin", ["provider"] = new JsonObject { ["name"] = "echo" } });
        await CreateAsync("subscriptions", new JsonObject { ["type"] = "sync", ["eventType"] = "http.request", ["functionId"] = name, ["path"] = path, ["method"] = "GET" });
    }

    private async Task CreateAsync(string resources, JsonObject resource)
    {
        var answer = await wire.Gateway.Config.PostAsync($"/v1/spaces/default/{resources}", resource.ToJsonString());
        answer.Status.ShouldBe(201, answer.ToString());
    }
}
