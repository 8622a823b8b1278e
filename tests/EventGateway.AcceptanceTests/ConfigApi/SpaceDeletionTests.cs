using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.ConfigApi;

/// <summary>A space is deleted with everything in it.</summary>
public sealed class SpaceDeletionTests
{
    [Fact]
    public async Task Deletes_a_space_with_its_waiting_deliveries_and_dead_letters()
    {
        using var directory = new TemporaryDirectory();
        var options = new GatewayOptions { DataDirectory = directory.Path };
        await using var functions = new FunctionServer();
        functions["/broken"] = new FunctionAnswer { Status = 500 };
        await using (var gateway = await GatewayProcess.StartAsync(options))
        {
            await PostAsync(gateway, "red", "functions", $$"""{"functionId":"broken","type":"http","provider":{"url":"{{functions.Url("/broken")}}"} }""");
            await PostAsync(gateway, "red", "eventtypes", """{"name":"placed"}""");
            await PostAsync(gateway, "red", "subscriptions", """{"type":"async","eventType":"placed","functionId":"broken","path":"/waiting","delivery":{"backoffDelay":"PT24H"}}""");
            await PostAsync(gateway, "red", "subscriptions", """{"type":"async","eventType":"placed","functionId":"broken","path":"/dead","delivery":{"retry":0}}""");
            await PostAsync(gateway, "red", "cors", """{"method":"POST","path":"/waiting"}""");
            await PostAsync(gateway, "blue", "eventtypes", """{"name":"placed"}""");
            foreach (var path in new[] { "/waiting", "/dead" })
            {
                (await gateway.Events.SendAsync(RawRequest.With("POST", path, "application/json", "{}", new HttpField("Event", "placed")))).Status.ShouldBe(202);
            }

            await Eventually.TrueAsync(async () => (await DeadLettersAsync(gateway)).Count == 1, "the delivery is a dead letter");
            (await functions.WaitForAsync(2, TimeSpan.FromSeconds(20))).ShouldBeTrue();

            var asked = await gateway.Config.SendAsync(new RawRequest("DELETE", "/v1/spaces/red"));
            asked.Status.ShouldBe(400);
            asked.Errors.ShouldBe(
            [
                "confirm: required; \"red\" is accepted, the name of the space. This deletes for good: 1 event type, 1 function, 2 subscriptions, "
                + "1 CORS configuration, 1 waiting delivery and all dead letters. "
                + "Delivered events stay in the event log until --retention ends, and their repetitions are duplicates until the windows end, "
                + "for the next space of this name too.",
            ]);
            (await gateway.Config.SendAsync(new RawRequest("DELETE", "/v1/spaces/red?confirm=blue"))).Errors.ShouldHaveSingleItem()
                .ShouldStartWith("confirm: \"blue\"; \"red\" is accepted, the name of the space.");
            (await gateway.Config.SendAsync(new RawRequest("DELETE", "/v1/spaces/red?confirm=red&force=true"))).Errors.ShouldBe(
                ["Unknown query parameter \"force\". confirm is accepted."]);
            (await gateway.Config.GetAsync("/v1/spaces/red/subscriptions")).Json["subscriptions"]!.AsArray().Count.ShouldBe(2);

            (await gateway.Config.SendAsync(new RawRequest("DELETE", "/v1/spaces/red?confirm=red"))).Status.ShouldBe(204);

            await ShouldBeDeletedAsync(gateway);
            await gateway.Events.SendAsync(RawRequest.With("POST", "/waiting", "application/json", "{}", new HttpField("Event", "placed")));
            (await gateway.Config.SendAsync(new RawRequest("DELETE", "/v1/spaces/red?confirm=red"))).Status.ShouldBe(404);
        }

        await using var again = await GatewayProcess.StartAsync(options);
        await ShouldBeDeletedAsync(again);
        functions.Calls().Count.ShouldBe(2);
    }

    private static async Task ShouldBeDeletedAsync(GatewayProcess gateway)
    {
        (await gateway.Config.GetAsync("/v1/spaces")).Text.Trim().ShouldBe("""{"spaces":[{"name":"blue","eventTypes":1,"functions":0,"subscriptions":0,"cors":0}]}""");
        (await DeadLettersAsync(gateway)).Count.ShouldBe(0);
    }

    private static async Task<JsonArray> DeadLettersAsync(GatewayProcess gateway) =>
        (await gateway.Config.GetAsync("/v1/spaces/red/deadletters")).Json["deadLetters"]!.AsArray();

    private static async Task PostAsync(GatewayProcess gateway, string space, string collection, string body)
    {
        var response = await gateway.Config.PostAsync($"/v1/spaces/{space}/{collection}", body);
        response.Status.ShouldBe(201, response.ToString());
    }
}
