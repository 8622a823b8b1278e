using System.Collections.Concurrent;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.ConfigApi;

/// <summary>Many clients write the same resources at the same time.</summary>
public sealed class ConcurrencyTests
{
    private const int Clients = 64;
    private const int Rounds = 20;
    private static readonly int[] ExpectedStatuses = [200, 201, 204, 400, 404, 409];

    [Fact]
    public async Task Store_routes_and_API_agree_after_64_clients_wrote_the_same_resources()
    {
        using var directory = new TemporaryDirectory();
        var options = new GatewayOptions { DataDirectory = directory.Path };
        await using var functions = new FunctionServer();
        functions["/f"] = FunctionAnswer.Of("""{"statusCode":200,"body":"f"}""");
        var balance = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        string[] before;
        await using (var gateway = await GatewayProcess.StartAsync(options))
        {
            await gateway.Config.PostAsync(
                "/v1/spaces/default/functions",
                $$"""{"functionId":"f","type":"http","provider":{"url":"{{functions.Url("/f")}}"} }""");
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(c => WriteAsync(gateway, c, balance)));
            before = await PathsAsync(gateway);
            await ShouldAgreeAsync(gateway, before);
        }

        before.Order(StringComparer.Ordinal).ShouldBe(balance.Where(b => b.Value == 1).Select(b => b.Key).Order(StringComparer.Ordinal));
        balance.Values.ShouldAllBe(b => b == 0 || b == 1);
        await using var again = await GatewayProcess.StartAsync(options);
        (await PathsAsync(again)).ShouldBe(before, ignoreOrder: true);
        await ShouldAgreeAsync(again, before);
    }

    private static async Task WriteAsync(GatewayProcess gateway, int client, ConcurrentDictionary<string, int> balance)
    {
        var random = new Random(client);
        for (var i = 0; i < Rounds; i++)
        {
            var path = $"/p{random.Next(8)}";
            var body = $$"""{"type":"sync","eventType":"http.request","functionId":"f","path":"{{path}}","method":"GET","metadata":{"by":"{{client}}"} }""";
            var id = Id(path);
            var response = await gateway.Config.SendAsync(random.Next(3) switch
            {
                0 => RawRequest.Json("POST", "/v1/spaces/default/subscriptions", body),
                1 => RawRequest.Json("PUT", $"/v1/spaces/default/subscriptions/{id}", body),
                _ => new RawRequest("DELETE", $"/v1/spaces/default/subscriptions/{id}"),
            });

            // Between two 201 for a path there is exactly one 204, so the sum is 1 while the subscription exists, and 0 otherwise.
            response.Status.ShouldBeOneOf(ExpectedStatuses);
            var change = response.Status switch { 201 => 1, 204 => -1, _ => 0 };
            balance.AddOrUpdate(path, change, (_, b) => b + change);
        }
    }

    private static string Id(string path) =>
        System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes($"sync,http.request,{path.Replace("/", "%2F", StringComparison.Ordinal)},GET"));

    private static async Task<string[]> PathsAsync(GatewayProcess gateway)
    {
        var list = (await gateway.Config.GetAsync("/v1/spaces/default/subscriptions")).Json["subscriptions"]!.AsArray();
        return [.. list.Select(s => s!["path"]!.GetValue<string>())];
    }

    private static async Task ShouldAgreeAsync(GatewayProcess gateway, string[] paths)
    {
        for (var p = 0; p < 8; p++)
        {
            var response = await gateway.Events.GetAsync($"/p{p}");
            response.Status.ShouldBe(paths.Contains($"/p{p}", StringComparer.Ordinal) ? 200 : 404);
        }
    }
}
