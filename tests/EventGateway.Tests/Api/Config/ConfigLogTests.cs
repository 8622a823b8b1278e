using EventGateway.Api.Config;
using EventGateway.Tests.Engine.Functions;
using EventGateway.Tests.Engine.Registry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Api.Config;

public sealed class ConfigLogTests
{
    private const string Space = "/v1/spaces/default";

    [Fact]
    public async Task A_write_that_is_stored_but_answered_503_has_a_line()
    {
        var log = new RecordingLogger<ConfigLog>();
        await using var api = await ConfigApiFixture.StartAsync(services => services.AddSingleton<ILogger<ConfigLog>>(log));
        api.Registry.Observer = new RecordingObserver { Left = static deletion => deletion };
        await api.SendAsync("POST", Space + "/functions", """{"functionId":"f","type":"builtin","provider":{"name":"log"}}""");
        foreach (var path in new[] { "/a", "/b" })
        {
            await api.SendAsync("POST", Space + "/subscriptions", $$"""{"type":"async","eventType":"http.request","functionId":"f","path":"{{path}}"}""");
        }

        var id = api.Registry.Subscriptions.List("default", new()).Entries[0].Id;
        (await api.SendAsync("DELETE", $"{Space}/subscriptions/{id}")).Code.ShouldBe(503);
        (await api.SendAsync("DELETE", $"{Space}?confirm=default")).Code.ShouldBe(503);
        (await api.SendAsync("DELETE", $"{Space}/functions/f")).Code.ShouldBe(404);

        log.Entries.Select(static entry => entry.Text).Skip(3).ShouldBe(
            [$"Subscription default/{id} deleted at revision 4 by 127.0.0.1.", $"Space default/* deleted at revision {api.Registry.Revision} by 127.0.0.1."]);
    }
}
