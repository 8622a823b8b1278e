using System.Text.Json.Nodes;
using CsCheck;
using EventGateway.Abstractions.Resources;
using EventGateway.Api.AsyncApi;
using EventGateway.Tests.Api.Config;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.AsyncApi;

/// <summary>The AsyncAPI document says what subscriptions take.</summary>
public sealed class AsyncApiTests : IAsyncLifetime
{
    private ConfigApiFixture _api = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await ConfigApiFixture.StartAsync();
        foreach (var space in new[] { "default", "other" })
        {
            await CreateAsync(space, "functions", """{"functionId":"fn","type":"builtin","provider":{"name":"echo"}}""");
            await CreateAsync(space, "functions", """{"functionId":"second","type":"builtin","provider":{"name":"log"}}""");
            await CreateAsync(space, "eventtypes", """{"name":"user.created"}""");
        }
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Has_a_channel_for_each_method_and_path()
    {
        await SubscribeAsync("""{"type":"async","eventType":"user.created","functionId":"fn"}""");
        await SubscribeAsync("""{"type":"async","eventType":"user.created","functionId":"second"}""");
        await SubscribeAsync("""{"type":"sync","eventType":"http.request","functionId":"fn","method":"GET","path":"/users/:id/*rest"}""");
        await SubscribeAsync("""{"type":"async","eventType":"user.created","functionId":"fn"}""", "other");

        var document = await ReadAsync("/v1/spaces/default/asyncapi.json");

        var channels = document["channels"]!.AsObject();
        channels.Select(static channel => channel.Key).ShouldBe(["default.POST", "default.GET.users._3Aid._2Arest", "answers"]);
        ((string)channels["default.GET.users._3Aid._2Arest"]!["address"]!).ShouldBe("/users/{id}/{rest}");
        channels["default.GET.users._3Aid._2Arest"]!["parameters"]!.AsObject().Select(static parameter => parameter.Key).ShouldBe(["id", "rest"]);
        channels["default.POST"]!["messages"]!.AsObject().Select(static message => message.Key).ShouldBe(["event.user.created", "event.user.created_binary"]);
        document["operations"]!.AsObject().Select(static operation => operation.Key).ShouldBe(["default.POST.async", "default.GET.users._3Aid._2Arest.sync"]);
        ((string)document["operations"]!["default.GET.users._3Aid._2Arest.sync"]!["bindings"]!["http"]!["method"]!).ShouldBe("GET");
        ((string)document["operations"]!["default.GET.users._3Aid._2Arest.sync"]!["reply"]!["channel"]!["$ref"]!).ShouldBe("#/channels/answers");
        (await ReadAsync("/asyncapi.json"))["channels"]!.AsObject().ContainsKey("other.POST").ShouldBeTrue();
    }

    [Fact]
    public async Task Leaves_out_what_no_sender_can_send()
    {
        await SubscribeAsync("""{"type":"async","eventType":"user.created","functionId":"fn","enabled":false}""");
        await SubscribeAsync("""{"type":"async","eventType":"eventgateway.event.received","functionId":"fn"}""");
        await CreateAsync("default", "eventtypes", """{"name":"eventgateway.*"}""");
        await SubscribeAsync("""{"type":"async","eventType":"eventgateway.*","functionId":"second"}""");

        var document = await ReadAsync("/asyncapi.json");

        document["channels"]!.AsObject().ShouldBeEmpty();
        document["components"]!["messages"]!.AsObject().ShouldBeEmpty();
    }

    [Fact]
    public async Task Describes_both_forms_of_an_event()
    {
        await SubscribeAsync("""{"type":"async","eventType":"user.created","functionId":"fn"}""");

        var messages = (await ReadAsync("/asyncapi.json"))["components"]!["messages"]!;

        var structured = messages["event.user.created"]!;
        ((string)structured["contentType"]!).ShouldBe("application/cloudevents+json");
        ((string)structured["payload"]!["allOf"]![1]!["properties"]!["type"]!["const"]!).ShouldBe("user.created");
        var headers = messages["event.user.created_binary"]!["headers"]!;
        headers["required"]!.AsArray().Select(static name => (string)name!).ShouldBe(["ce-specversion", "ce-type", "ce-source", "ce-id"]);
        ((string)headers["properties"]!["ce-type"]!["const"]!).ShouldBe("user.created");
    }

    [Fact]
    public async Task Describes_the_types_of_a_family_by_how_they_begin()
    {
        await CreateAsync("default", "eventtypes", """{"name":"user.*"}""");
        await SubscribeAsync("""{"type":"async","eventType":"user.*","functionId":"fn"}""");

        var messages = (await ReadAsync("/asyncapi.json"))["components"]!["messages"]!.AsObject();

        var (structured, binary) = (messages.First().Value!, messages.Last().Value!);
        ((string)structured["payload"]!["allOf"]![1]!["properties"]!["type"]!["pattern"]!).ShouldBe("^user\\.");
        ((string)binary["headers"]!["properties"]!["ce-type"]!["pattern"]!).ShouldBe("^user\\.");
    }

    [Fact]
    public async Task Selects_an_event_type()
    {
        await SubscribeAsync("""{"type":"async","eventType":"user.created","functionId":"fn"}""");
        await SubscribeAsync("""{"type":"async","eventType":"http.request","functionId":"fn","path":"/x"}""");

        (await ReadAsync("/asyncapi.json?eventType=http.request"))["channels"]!.AsObject().Select(static channel => channel.Key).ShouldBe(["default.POST.x"]);
        (await _api.SendAsync("GET", "/asyncapi.json?eventtype=x")).Code.ShouldBe(400);
    }

    [Theory]
    [InlineData("user.created", "default.POST.exact default.POST.family")]
    [InlineData("user.deleted", "default.POST.family")]
    [InlineData("user.*", "default.POST.family")]
    [InlineData("http.request", "default.POST.http")]
    [InlineData("users.created", "")]
    public async Task Selects_the_families_that_include_an_event_type(string type, string channels)
    {
        await CreateAsync("default", "eventtypes", """{"name":"user.*"}""");
        await CreateAsync("default", "eventtypes", """{"name":"http.*"}""");
        await SubscribeAsync("""{"type":"async","eventType":"user.created","functionId":"fn","path":"/exact"}""");
        await SubscribeAsync("""{"type":"async","eventType":"user.*","functionId":"fn","path":"/family"}""");
        await SubscribeAsync("""{"type":"async","eventType":"http.*","functionId":"fn","path":"/http"}""");

        var document = await ReadAsync($"/asyncapi.json?eventType={type}");

        document["channels"]!.AsObject().Select(static channel => channel.Key).ShouldBe(channels.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Describes_plain_requests_where_a_family_includes_them()
    {
        await CreateAsync("default", "eventtypes", """{"name":"http.*"}""");
        await SubscribeAsync("""{"type":"async","eventType":"http.*","functionId":"fn"}""");

        var document = await ReadAsync("/asyncapi.json");

        var names = document["channels"]!["default.POST"]!["messages"]!.AsObject().Select(static message => message.Key).ToList();
        names.ShouldBe(["event.http._2A", "event.http._2A_binary", "event.http.request", "event.http.request_binary"]);
        document["operations"]!["default.POST.async"]!["messages"]!.AsArray().Count.ShouldBe(4);
        document["components"]!["messages"]!.AsObject().Select(static message => message.Key).ShouldBe(names);
        ((string)document["components"]!["messages"]!["event.http.request"]!["summary"]!).ShouldBe("Any HTTP request that carries no event.");
    }

    [Fact]
    public async Task Is_answered_once_for_each_revision()
    {
        var first = await _api.SendAsync("GET", "/asyncapi.json");

        (await _api.SendAsync("GET", "/asyncapi.json", ifNoneMatch: first.ETag)).Code.ShouldBe(304);
        await SubscribeAsync("""{"type":"async","eventType":"user.created","functionId":"fn"}""");
        (await _api.SendAsync("GET", "/asyncapi.json", ifNoneMatch: first.ETag)).Code.ShouldBe(200);
    }

    [Fact]
    public void Has_room_for_a_limited_number_of_messages_and_any_number_of_subscriptions()
    {
        var channels = new EventChannels();

        for (var i = 0; i < EventChannels.MaxMessages; i++)
        {
            channels.TryAdd(Subscription($"type{i % 100}", $"/{i / 100}", "fn")).ShouldBeTrue();
        }

        channels.TryAdd(Subscription("type0", "/0", "other")).ShouldBeTrue();
        channels.TryAdd(Subscription("type100", "/0", "fn")).ShouldBeFalse();
        channels.All.Count().ShouldBe(100);
    }

    [Fact]
    public void Gives_different_texts_different_ids() => Gen.Select(Gen.String, Gen.String).Sample((one, other) =>
    {
        // A lone surrogate is no text.
        if (one != other && one.EnumerateRunes().All(static rune => rune.Value != 0xFFFD) && other.EnumerateRunes().All(static rune => rune.Value != 0xFFFD))
        {
            Identifier.OfName(one).ShouldNotBe(Identifier.OfName(other));
            Identifier.OfPath(one).ShouldNotBe(Identifier.OfPath(other));
        }

        Identifier.OfPath(one).ShouldAllBe(static c => char.IsAsciiLetterOrDigit(c) || c == '-' || c == '.' || c == '_');
    });

    private static Subscription Subscription(string eventType, string path, string functionId) => new()
    {
        Space = "default",
        SubscriptionId = SubscriptionId.Create(SubscriptionType.Async, eventType, functionId, path, "POST"),
        Type = SubscriptionType.Async,
        EventType = eventType,
        FunctionId = functionId,
        Path = path,
    };

    private Task SubscribeAsync(string body, string space = "default") => CreateAsync(space, "subscriptions", body);

    private async Task CreateAsync(string space, string collection, string body)
    {
        var answer = await _api.SendAsync("POST", $"/v1/spaces/{space}/{collection}", body);
        answer.Code.ShouldBe(201, answer.Body);
    }

    private async Task<JsonNode> ReadAsync(string path)
    {
        var answer = await _api.SendAsync("GET", path);
        answer.Code.ShouldBe(200, answer.Body);
        return JsonNode.Parse(answer.Body)!;
    }
}
