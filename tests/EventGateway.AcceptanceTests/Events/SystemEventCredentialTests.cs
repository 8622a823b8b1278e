using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Events;

/// <summary>System events about received events do not contain the senders' credentials.</summary>
public sealed class SystemEventCredentialTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    [Theory]
    [InlineData("/credentials", 202)]
    [InlineData("/unknown", 404)]
    public async Task Masks_the_credentials_of_senders(string path, int status)
    {
        var watcher = await running.SubscribeAsync(FunctionAnswer.Of("{}"), "/", "async", "eventgateway.event.received", newType: false);
        var function = await running.SubscribeAsync(FunctionAnswer.Of("{}"), path == "/unknown" ? "/other" : path, "async");

        var response = await running.Events.SendAsync(new RawRequest("POST", path + "?access_token=secret-4")
        {
            Headers = [new("authorization", "Bearer secret-1"), new("Cookie", "a=secret-2"), new("Proxy-Authorization", "Basic secret-3"), new("X-Api-Key", "secret-5"), new("X-Mine", "kept")],
        });

        response.Status.ShouldBe(status, response.ToString());
        await Eventually.TrueAsync(() => SystemEvents().Count == 1, "the watcher has received the system event");
        var headers = SystemEvents().Single()["data"]!["headers"]!;
        headers["Authorization"]!.GetValue<string>().ShouldBe("*****");
        headers["Cookie"]!.GetValue<string>().ShouldBe("*****");
        headers["Proxy-Authorization"]!.GetValue<string>().ShouldBe("*****");
        headers["X-Api-Key"]!.GetValue<string>().ShouldBe("*****");
        headers["X-Mine"]!.GetValue<string>().ShouldBe("kept");
        if (status == 404)
        {
            // This system event goes to all spaces.
            SystemEvents().Single().ToJsonString().ShouldNotContain("secret");
        }
        else
        {
            // A function that subscribes to the request itself receives the credentials.
            await Eventually.TrueAsync(() => running.Functions.Calls().Any(call => call.Path == function), "the function is called");
            running.Functions.Calls().Single(call => call.Path == function).Text.ShouldContain("secret-5");
        }

        List<JsonNode> SystemEvents() => [.. running.Functions.Calls().Where(call => call.Path == watcher).Select(call => call.Json)
            .Where(e => e["data"]!["path"]!.GetValue<string>() == path)];
    }
}
