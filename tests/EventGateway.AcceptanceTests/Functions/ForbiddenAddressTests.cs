using System.Diagnostics;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Functions;

/// <summary>Functions at addresses where none may be: the gateway's Configuration API and metadata servers.</summary>
public sealed class ForbiddenAddressTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private string ConfigUrl => $"http://127.0.0.1:{running.Gateway.ConfigPort}/v1/spaces/default/eventtypes";

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("0.0.0.0")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("2130706433")]
    public async Task A_sync_call_of_the_configuration_api_is_answered_502(string host)
    {
        var path = await running.SubscribeWithAsync(new JsonObject { ["url"] = ConfigUrl.Replace("127.0.0.1", host, StringComparison.Ordinal) });

        var response = await running.SendAsync(path);

        response.Status.ShouldBe(502, response.ToString());
        response.Errors.ShouldHaveSingleItem().ShouldBe("Function call failed: the gateway may not call this address.");
        await Eventually.TrueAsync(() => running.Gateway.Output.Contains("the URL leads to the gateway's Configuration API", StringComparison.Ordinal), "the log says why");
    }

    [Fact]
    public async Task A_raw_request_does_not_reach_the_configuration_api()
    {
        var path = await running.SubscribeWithAsync(
            new JsonObject { ["url"] = $"http://localhost:{running.Gateway.ConfigPort}" }, more: new JsonObject { ["requestMode"] = "raw", ["path"] = "/v1/spaces" });
        path.ShouldNotBeEmpty();

        var response = await running.SendAsync("/v1/spaces");

        response.Status.ShouldBe(502, response.ToString());
        response.Errors.ShouldHaveSingleItem().ShouldContain("may not call this address");
    }

    [Fact]
    public async Task The_attempt_and_the_dead_letter_of_a_delivery_say_why_and_what_to_do()
    {
        var path = await running.SubscribeWithAsync(new JsonObject { ["url"] = ConfigUrl }, type: "async");

        var eventId = (await running.SendAsync(path)).Header("event-id");

        var reason = $"The call was not made: the URL leads to the gateway's Configuration API (127.0.0.1, port {running.Gateway.ConfigPort}). "
            + "Functions cannot be called there: change the URL.";
        JsonNode? delivery = null;
        await Eventually.TrueAsync(
            async () =>
            {
                delivery = (await running.Config.GetAsync($"/v1/spaces/default/events/{eventId}")).Json["deliveries"]![0];
                return (string?)delivery!["state"] == "deadLettered";
            },
            "it is a dead letter");
        ((string?)delivery!["attempts"]![0]!["error"]).ShouldBe(reason);
        var deadLetters = (await running.Config.GetAsync("/v1/spaces/default/deadletters")).Json["deadLetters"]!.AsArray();
        ((string?)deadLetters.Single(letter => (string?)letter!["eventId"] == eventId)!["reason"]).ShouldBe(reason);
    }

    [Fact]
    public async Task A_token_is_not_asked_for_there()
    {
        var path = await running.SubscribeWithAsync(new JsonObject
        {
            ["auth"] = new JsonObject { ["type"] = "oauth2", ["tokenUrl"] = ConfigUrl, ["clientId"] = "a", ["clientSecret"] = "secret" },
        });

        (await running.SendAsync(path)).Status.ShouldBe(502);
        running.CallsOf(path).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_function_there_is_not_asked_whether_it_wants_events()
    {
        var path = await running.SubscribeWithAsync(new JsonObject { ["url"] = ConfigUrl, ["validation"] = new JsonObject { ["origin"] = "gateway.example" } });

        (await running.SendAsync(path)).Status.ShouldBe(502);
    }

    [Fact]
    public async Task All_addresses_of_the_machine_are_forbidden_when_the_configuration_api_listens_on_all()
    {
        await using var gateway = await GatewayProcess.StartAsync("--config-host", "*", "--insecure");
        foreach (var (name, host) in new[] { ("a", "127.0.0.2"), ("b", "[::1]"), ("c", "localhost") })
        {
            await gateway.Config.PostAsync(
                "/v1/spaces/default/functions", $$$"""{"functionId":"{{{name}}}","type":"http","provider":{"url":"http://{{{host}}}:{{{gateway.ConfigPort}}}/livez"}}""");
            await gateway.Config.PostAsync(
                "/v1/spaces/default/subscriptions", $$"""{"type":"sync","eventType":"http.request","functionId":"{{name}}","path":"/{{name}}","method":"POST"}""");

            (await gateway.Events.PostAsync("/" + name, "{}")).Status.ShouldBe(502, host);
        }
    }

    [Fact]
    public async Task A_metadata_server_is_asked_for_the_gateways_own_tokens_only()
    {
        // In a network of its own, with a server that stands in at the address.
        const string Script = """
            ip link set lo up && ip addr add 169.254.169.254/32 dev lo
            node -e "
              const http = require('http');
              http.createServer((q, s) => { console.log('METADATA ' + q.url.split('?')[0]); s.end('a.token.x'); }).listen(80, '169.254.169.254');
              http.createServer((q, s) => { console.log('FUNCTION ' + q.headers.authorization); s.end('{}'); }).listen(81, '127.0.0.1');" &
            cd "$1"
            GCE_METADATA_HOST=169.254.169.254 dotnet "$2" --events-port 4000 --config-port 4001 > log 2>&1 &
            until curl -sf localhost:4001/readyz > /dev/null && curl -sf http://169.254.169.254/control > /dev/null; do :; done
            api=localhost:4001/v1/spaces/default
            curl -s $api/functions -d '{"functionId": "door", "type": "http", "provider": {"url": "http://169.254.169.254/door"}}'
            curl -s $api/functions -d '{"functionId": "mapped", "type": "http", "provider": {"url": "http://[::ffff:169.254.169.254]/door"}}'
            curl -s $api/functions -d '{"functionId": "own", "type": "http", "provider": {"url": "http://127.0.0.1:81/", "auth": {"type": "googleIdToken"}}}'
            for id in door mapped own; do
              curl -s $api/subscriptions -d "{\"type\": \"sync\", \"eventType\": \"http.request\", \"functionId\": \"$id\", \"path\": \"/$id\", \"method\": \"POST\"}"
              curl -s -o /dev/null -w "\nANSWER $id %{http_code}\n" localhost:4000/$id -d '{}'
            done
            cat log
            """;
        using var directory = new TemporaryDirectory();
        var start = new ProcessStartInfo("unshare") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] namespaces = ["--net", "--pid", "--fork", "--kill-child", .. Environment.IsPrivilegedProcess ? (string[])[] : ["--user", "--map-root-user"]];
        foreach (var argument in (string[])[.. namespaces, "sh", "-c", Script, "sh", directory.Path, GatewayProcess.ProgramPath])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);

        output.ShouldContain("METADATA /control");
        output.ShouldContain("ANSWER door 502");
        output.ShouldContain("ANSWER mapped 502");
        output.ShouldNotContain("METADATA /door");
        output.ShouldContain("METADATA /computeMetadata/v1/instance/service-accounts/default/identity");
        output.ShouldContain("FUNCTION Bearer a.token.x");
        output.ShouldContain("ANSWER own 200");
    }
}
