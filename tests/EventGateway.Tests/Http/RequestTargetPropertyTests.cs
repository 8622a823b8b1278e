using System.Text.Json.Nodes;
using EventGateway.Engine;
using EventGateway.Events;
using EventGateway.Tests.Engine.Routing;
using EventGateway.Tests.Events;
using EventGateway.TestSupport;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Http;

/// <summary>A request's path and query have one reading, in events and in routing, and are shown as they were sent.</summary>
public sealed class RequestTargetPropertyTests
{
    private const int Requests = 3_000;

    [Fact]
    public void Every_target_is_read_in_one_way_and_loses_nothing()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < Requests; i++)
        {
            var rest = string.Join('/', Enumerable.Range(0, random.Next(1, 4)).Select(_ => NaiveTarget.Segment(random)));
            var path = "/t/" + rest;
            var query = random.Next(4) == 0 ? null : NaiveTarget.Query(random);
            var target = query is null ? path : $"{path}?{query}";
            var what = $"seed {seed}, request {i}: {target}";
            var match = Routes.Table(Routes.Sync("/t/*rest")).Match("GET", path, "test.event");

            using var written = new HttpRequestEvents(new GatewayDefaults(), TestRequests.Clock).Create(TestRequests.Of("GET", target), default, match.Parameters);
            var data = JsonNode.Parse(written.Event.Data.Bytes.Span)!;

            data["rawPath"]!.GetValue<string>().ShouldBe(path, what);
            data["rawQuery"]?.GetValue<string>().ShouldBe(query, what);
            data.AsObject().ContainsKey("rawQuery").ShouldBe(query is not null, what);
            data["path"]!.GetValue<string>().ShouldBe(NaiveTarget.Decode(path), what);
            data["params"]!["rest"]!.GetValue<string>().ShouldBe(NaiveTarget.Decode(rest), what);
            data["query"]!.ToJsonString().ShouldBe(NaiveTarget.Query(query ?? "").ToJsonString(), what);
        }
    }

    [Fact]
    public void A_route_takes_the_paths_that_read_the_same_segment_by_segment()
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        for (var i = 0; i < Requests; i++)
        {
            var subscribed = "/" + NaiveTarget.Segment(random) + "/" + NaiveTarget.Segment(random);
            var sent = random.Next(2) == 0 ? Respell(subscribed, random) : Respell("/" + NaiveTarget.Segment(random) + "/" + NaiveTarget.Segment(random), random);
            var expected = Decoded(subscribed).SequenceEqual(Decoded(sent));

            var what = $"seed {seed}, {i}: {subscribed} and {sent}";
            (Routes.Table(Routes.Sync(subscribed)).Match("GET", sent, "test.event").Sync is not null).ShouldBe(expected, what);
            (Routes.Table(Routes.Async(subscribed)).Match("GET", sent, "test.event").Async.Length > 0).ShouldBe(expected, what);
        }
    }

    // Escapes letters and writes escapes in small letters, which changes no meaning.
    private static string Respell(string path, Random random) => string.Concat(path.Select((character, at) =>
        IsInEscape(path, at) ? (random.Next(2) == 0 ? character : char.ToLowerInvariant(character)).ToString()
            : char.IsAsciiLetterOrDigit(character) && random.Next(4) == 0 ? $"%{(int)character:X2}"
            : character.ToString()));

    private static bool IsInEscape(string path, int at) => path[at] == '%' || (at > 0 && path[at - 1] == '%') || (at > 1 && path[at - 2] == '%');

    private static string[] Decoded(string path) => [.. path.Split('/').Select(NaiveTarget.Decode)];
}
