using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>Authorizers that do not answer, and senders that disconnect before the answer.</summary>
public sealed class AuthorizerFailureTests : IAsyncLifetime
{
    private const string Allowed = """{"authorization":{"principalId":"user1"}}""";

    private readonly RunningGateway _running = new(["--function-timeout", "3"]);

    public ValueTask InitializeAsync() => _running.InitializeAsync();

    public ValueTask DisposeAsync() => _running.DisposeAsync();

    [Fact]
    public async Task Refuses_an_event_when_its_authorizer_does_not_answer_in_time()
    {
        var type = await ProtectAsync("default", new FunctionAnswer { Until = new TaskCompletionSource().Task });
        var function = await SubscribeAsync(type);

        var response = await SendAsync(type);

        response.Status.ShouldBe(403, response.ToString());
        response.Errors.ShouldBe(["The event is not authorized."]);
        _running.Gateway.Output.ShouldContain($"Authorizer {type} of space default failed for event");
        _running.Functions.Calls().ShouldNotContain(call => call.Path == function);
    }

    [Fact]
    public async Task Refuses_an_event_when_its_authorizer_closes_the_connection()
    {
        var type = await ProtectAsync("default", new FunctionAnswer { Close = true });
        var function = await SubscribeAsync(type);

        var response = await SendAsync(type);

        response.Status.ShouldBe(403, response.ToString());
        response.Errors.ShouldBe(["The event is not authorized."]);
        _running.Functions.Calls().ShouldNotContain(call => call.Path == function);
    }

    [Fact]
    public async Task Delivers_no_event_whose_sender_disconnects_before_the_authorizer_has_answered()
    {
        var decision = new TaskCompletionSource();
        var type = await ProtectAsync("default", FunctionAnswer.Of(Allowed) with { Until = decision.Task });
        var function = await SubscribeAsync(type);

        await using (var sender = await _running.Events.ConnectAsync(CancellationToken.None))
        {
            await sender.WriteAsync(Request(type).ToBytes());
            await Eventually.TrueAsync(() => CallsOf("default", type) == 1, "the authorizer is called");
        }

        await Eventually.TrueAsync(
            async () => (await _running.Config.GetAsync("/metrics")).Text.Contains("eventgateway_function_call_seconds_count{outcome=\"cancelled\",type=\"http\"} 1", StringComparison.Ordinal),
            "the gateway notices that the sender has disconnected");
        decision.SetResult();
        (await SendAsync(type)).Status.ShouldBe(202);
        await Eventually.TrueAsync(() => _running.Functions.Calls().Any(call => call.Path == function), "the event of a connected sender is delivered");
        _running.Functions.Calls().Count(call => call.Path == function).ShouldBe(1);
        _running.Gateway.Output.ShouldNotContain("Unexpected error");
    }

    [Fact]
    public async Task Each_space_calls_its_own_authorizer_once()
    {
        string[] spaces = ["first", "second"];
        var type = _running.NewName() + ".protected";
        foreach (var space in spaces)
        {
            await ProtectAsync(space, FunctionAnswer.Of(Allowed), type);
            for (var i = 0; i < 2; i++)
            {
                var name = _running.NewName();
                _running.Functions["/" + name] = FunctionAnswer.Of("{}");
                await CreateAsync(space, "functions", Function(name, "/" + name));
                await CreateAsync(space, "subscriptions", $$"""{"type":"async","eventType":"{{type}}","functionId":"{{name}}","path":"/{{type}}"}""");
            }
        }

        (await SendAsync(type)).Status.ShouldBe(202);

        await Eventually.TrueAsync(() => _running.Functions.Calls().Count(call => call.Text.Contains("user1", StringComparison.Ordinal)) == 4, "all four functions have received the event");
        spaces.Select(space => CallsOf(space, type)).ShouldBe([1, 1]);
    }

    private static RawRequest Request(string type) => new("POST", "/" + type) { Headers = [new HttpField("Event", type)] };

    private Task<RawResponse> SendAsync(string type) => _running.Events.SendAsync(Request(type));

    private int CallsOf(string space, string type) => _running.Functions.Calls().Count(call => call.Path == $"/{space}-{type}");

    private Task<string> SubscribeAsync(string type) => _running.SubscribeAsync(FunctionAnswer.Of("{}"), "/" + type, "async", type, newType: false);

    private async Task<string> ProtectAsync(string space, FunctionAnswer answer, string? ofType = null)
    {
        var type = ofType ?? _running.NewName() + ".protected";
        _running.Functions[$"/{space}-{type}"] = answer;
        await CreateAsync(space, "functions", Function(type, $"/{space}-{type}"));
        await CreateAsync(space, "eventtypes", $$"""{"name":"{{type}}","authorizerId":"{{type}}"}""");
        return type;
    }

    private string Function(string name, string path) => $$$"""{"functionId":"{{{name}}}","type":"http","provider":{"url":"{{{_running.Functions.Url(path)}}}"}}""";

    private async Task CreateAsync(string space, string resources, string json) =>
        (await _running.Config.PostAsync($"/v1/spaces/{space}/{resources}", json)).Status.ShouldBe(201);
}
