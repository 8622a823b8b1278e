using System.Text;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;
using EventGateway.Tests.Functions.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace EventGateway.Tests.Engine.Registry;

/// <summary>A started registry on a store in memory, with short words for what tests do often.</summary>
public sealed class RegistryFixture : IAsyncDisposable
{
    public const string Space = "default";

    private RegistryFixture(MemoryConfigStore store, GatewayRegistry registry)
    {
        Store = store;
        Registry = registry;
    }

    public MemoryConfigStore Store { get; }

    public GatewayRegistry Registry { get; }

    public static FunctionProviders Providers { get; } = new(
    [
        new HttpFunctions(TimeProvider.System),
        new BuiltinFunctionProvider(NullLogger<BuiltinFunctionProvider>.Instance),
    ]);

    public static async Task<RegistryFixture> StartAsync(MemoryConfigStore? store = null, TimeProvider? time = null, GatewayDefaults? defaults = null)
    {
        store ??= new MemoryConfigStore();
        var registry = new GatewayRegistry(store, Providers, time ?? TimeProvider.System, NullLogger<GatewayRegistry>.Instance, defaults);
        await registry.StartAsync(CancellationToken.None);
        return new RegistryFixture(store, registry);
    }

    /// <summary>A registry where event type <c>test.event</c> and function <c>fn</c> are there.</summary>
    public static async Task<RegistryFixture> WithFunctionAsync(TimeProvider? time = null, MemoryConfigStore? store = null)
    {
        var fixture = await StartAsync(store, time);
        await CreateAsync(fixture.Registry.EventTypes, """{"name":"test.event"}""");
        await CreateAsync(fixture.Registry.Functions, """{"functionId":"fn","type":"builtin","provider":{"name":"log"}}""");
        return fixture;
    }

    /// <summary>Creates what must be accepted.</summary>
    public static async Task<ResourceEntry<T>> CreateAsync<T>(Resources<T> resources, string json, string space = Space)
        where T : class, IResource
    {
        var result = await resources.CreateAsync(space, Utf8(json), RevisionConditions.None, CancellationToken.None);
        return result.Entry ?? throw new InvalidOperationException(string.Join(' ', result.Error!.Messages));
    }

    /// <summary>Creates what must be refused.</summary>
    public static async Task<RegistryError> RefuseAsync<T>(Resources<T> resources, string json, string space = Space)
        where T : class, IResource =>
        (await resources.CreateAsync(space, Utf8(json), RevisionConditions.None, CancellationToken.None)).Error
        ?? throw new InvalidOperationException("It was accepted.");

    public static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text<T>(Resources<T> resources, ResourceEntry<T> entry)
        where T : class, IResource =>
        Encoding.UTF8.GetString(resources.ToJson(entry.Resource));

    public ValueTask DisposeAsync() => Registry.DisposeAsync();
}
