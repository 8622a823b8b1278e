using EventGateway.Engine;
using EventGateway.Engine.Registry;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry.Validators;

public sealed class PathMistakeTests
{
    private const string Subscription = """{"type":"sync","eventType":"http.request","functionId":"fn","path":"/users/{id}","method":"GET"}""";
    private const string Cors = """{"method":"GET","path":"/users/{id}"}""";
    private const string Mistake = "path: \"/users/{id}\"; a parameter is written \":name\", and \"*name\" at the end takes the rest of the path: \"/users/:id\".";

    [Fact]
    public async Task Refuses_a_mistaken_path_with_all_other_errors()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();

        var subscription = await RegistryFixture.RefuseAsync(fixture.Registry.Subscriptions, Subscription.Replace("GET", "FETCH"));
        var cors = await RegistryFixture.RefuseAsync(fixture.Registry.Cors, Cors);

        subscription.Messages.Count.ShouldBe(2);
        subscription.Messages[0].ShouldBe("Subscription doesn't validate. Validation error: " + Mistake);
        cors.Messages.ShouldBe(["CORS configuration doesn't validate. Validation error: " + Mistake]);
    }

    [Fact]
    public async Task Refuses_a_mistaken_path_of_a_resource_that_a_PUT_creates()
    {
        await using var fixture = await RegistryFixture.WithFunctionAsync();
        var create = new RevisionConditions { NoneMatch = RevisionSet.Any };

        var subscription = await fixture.Registry.Subscriptions.UpdateAsync(
            "default", "c3luYyxodHRwLnJlcXVlc3QsJTJGdXNlcnMlMkYlN0JpZCU3RCxHRVQ", RegistryFixture.Utf8(Subscription), create, CancellationToken.None);
        var cors = await fixture.Registry.Cors.UpdateAsync("default", "GET%2Fusers%2F%7Bid%7D", RegistryFixture.Utf8(Cors), create, CancellationToken.None);

        subscription.Error!.Messages.Single().ShouldEndWith(Mistake);
        cors.Error!.Messages.Single().ShouldEndWith(Mistake);
    }

    [Fact]
    public async Task Keeps_and_updates_paths_that_were_accepted_before()
    {
        var store = new MemoryConfigStore();
        await using (var lenient = new GatewayRegistry(
            store, RegistryFixture.Providers, TimeProvider.System, NullLogger<GatewayRegistry>.Instance, new GatewayDefaults { AnyForm = true }))
        {
            await lenient.StartAsync(CancellationToken.None);
            await RegistryFixture.CreateAsync(lenient.Functions, """{"functionId":"fn","type":"builtin","provider":{"name":"log"}}""");
            await RegistryFixture.CreateAsync(lenient.Subscriptions, Subscription);
        }

        await using var fixture = await RegistryFixture.StartAsync(store);
        var result = await fixture.Registry.Subscriptions.UpdateAsync(
            "default",
            "c3luYyxodHRwLnJlcXVlc3QsJTJGdXNlcnMlMkYlN0JpZCU3RCxHRVQ",
            RegistryFixture.Utf8(Subscription.Replace("}\",", "}\",\"enabled\":false,")),
            RevisionConditions.None,
            CancellationToken.None);

        result.Entry!.Resource.Enabled.ShouldBe(false);
    }
}
