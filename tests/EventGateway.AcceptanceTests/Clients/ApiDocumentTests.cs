using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Clients;

/// <summary>The documents that describe both APIs pass the checks of their tools, and clients generated from them work (tests/Clients/api-documents).</summary>
public sealed class ApiDocumentTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const string Client = "api-documents";

    private string ConfigUrl => $"http://127.0.0.1:{running.Gateway.ConfigPort}";

    private string EventsUrl => $"http://127.0.0.1:{running.Gateway.EventsPort}";

    [Theory]
    [InlineData("v1")]
    [InlineData("events-v1")]
    public async Task Pass_the_recommended_rules_of_a_linter(string document)
    {
        var output = await NodeProgram.RunAsync(Client, "lint.js", $"{ConfigUrl}/openapi/{document}.json");

        output.ShouldBe("");
    }

    [Fact]
    public async Task Generate_clients_whose_types_hold()
    {
        await NodeProgram.RunAsync(Client, "node_modules/openapi-typescript/bin/cli.js", $"{ConfigUrl}/openapi/v1.json", "-o", "generated/schema.d.ts");
        await NodeProgram.RunAsync(Client, "node_modules/openapi-typescript/bin/cli.js", $"{ConfigUrl}/openapi/events-v1.json", "-o", "generated/events.d.ts");
        await NodeProgram.RunAsync(Client, "node_modules/typescript/bin/tsc", "--project", ".");

        var output = await NodeProgram.RunAsync(Client, "generated/client.js", ConfigUrl)
            + await NodeProgram.RunAsync(Client, "generated/events.js", EventsUrl);

        output.Split('\n').Count(static line => line.StartsWith("ok ", StringComparison.Ordinal)).ShouldBe(8, output);
    }

    [Fact]
    public async Task Describe_events_in_a_form_that_AsyncApi_parses()
    {
        const string space = "/v1/spaces/asyncapi";
        foreach (var (collection, body) in new[]
        {
            ("functions", """{"functionId":"fn","type":"builtin","provider":{"name":"echo"}}"""),
            ("eventtypes", """{"name":"user.created"}"""),
            ("eventtypes", """{"name":"orders/create"}"""),
            ("subscriptions", """{"type":"async","eventType":"user.created","functionId":"fn","path":"/async"}"""),
            ("subscriptions", """{"type":"async","eventType":"orders/create","functionId":"fn","path":"/async"}"""),
            ("subscriptions", """{"type":"sync","eventType":"http.request","functionId":"fn","method":"GET","path":"/async/:id/*rest"}"""),
        })
        {
            (await running.Config.PostAsync($"{space}/{collection}", body)).Status.ShouldBe(201);
        }

        foreach (var path in new[] { $"{space}/asyncapi.json", "/asyncapi.json" })
        {
            var output = await NodeProgram.RunAsync(Client, "asyncapi.js", ConfigUrl + path);

            output.ShouldNotContain("Error ");
            output.ShouldNotContain("Warning ");
            output.ShouldContain("receive asyncapi.POST.async.async /async event.orders_2Fcreate event.orders_2Fcreate_binary event.user.created event.user.created_binary");
            output.ShouldContain("receive asyncapi.GET.async._3Aid._2Arest.sync /async/{id}/{rest} event.http.request event.http.request_binary");
        }
    }
}
