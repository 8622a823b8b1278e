using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>Who watches what comes in does not learn what its senders prove themselves with.</summary>
public sealed class SystemEventCredentialTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Theory]
    [InlineData("/credentials", 202)]
    [InlineData("/nobody", 404)]
    public async Task Hides_the_credentials_of_senders(string path, int status)
    {
        var watcher = await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/", "async", "eventgateway.event.received", newType: false);
        var function = await running.SubscribeAsync(FunctionAnswer.Of("{}"), path == "/nobody" ? "/other" : path, "async");

        var response = await running.Events.SendAsync(new RawRequest("POST", path + "?access_token=secret-4")
        {
            Headers = [new("authorization", "Bearer secret-1"), new("Cookie", "a=secret-2"), new("Proxy-Authorization", "Basic secret-3"), new("X-Api-Key", "secret-5"), new("X-Mine", "kept")],
        });

        response.Status.ShouldBe(status, response.ToString());
        await Eventually.TrueAsync(() => Told().Count == 1, "the watcher is told");
        var headers = Told().Single()["data"]!["headers"]!;
        headers["Authorization"]!.GetValue<string>().ShouldBe("*****");
        headers["Cookie"]!.GetValue<string>().ShouldBe("*****");
        headers["Proxy-Authorization"]!.GetValue<string>().ShouldBe("*****");
        headers["X-Api-Key"]!.GetValue<string>().ShouldBe("*****");
        headers["X-Mine"]!.GetValue<string>().ShouldBe("kept");
        if (status == 404)
        {
            // All spaces are told of it.
            Told().Single().ToJsonString().ShouldNotContain("secret");
        }
        else
        {
            // Who subscribed to the request itself gets it as it came.
            await Eventually.TrueAsync(() => running.Functions.Calls().Any(call => call.Path == function), "the function is called");
            running.Functions.Calls().Single(call => call.Path == function).Text.ShouldContain("secret-5");
        }

        List<JsonNode> Told() => [.. running.Functions.Calls().Where(call => call.Path == watcher).Select(call => call.Json)
            .Where(e => e["data"]!["path"]!.GetValue<string>() == path)];
    }
}
