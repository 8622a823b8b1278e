using EventGateway.Engine.Functions;
using EventGateway.Engine.Registry;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry;

public sealed class WritePreparationTests : IAsyncLifetime
{
    private readonly PlayedSettings _settings = new();
    private readonly GatewayRegistry _registry;

    public WritePreparationTests() => _registry = new GatewayRegistry(
        new MemoryConfigStore(), new FunctionProviders([_settings]), TimeProvider.System, NullLogger<GatewayRegistry>.Instance);

    public async ValueTask InitializeAsync()
    {
        await _registry.StartAsync(CancellationToken.None);
        await RegistryFixture.CreateAsync(_registry.Functions, Json("s1"));
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _settings.Dispose();
    }

    [Theory]
    [InlineData("*****")]
    [InlineData("s2")]
    public async Task Does_not_hold_up_other_writes_while_settings_are_completed(string secret)
    {
        _settings.Hold();
        var held = Task.Run(() => UpdateAsync(secret));
        await _settings.HeldAsync();

        try
        {
            await RegistryFixture.CreateAsync(_registry.EventTypes, """{"name":"other"}""").WaitAsync(TimeSpan.FromSeconds(10));
        }
        finally
        {
            _settings.Release();
        }

        (await held).ShouldBe(secret == "*****" ? "s1" : "s2");
    }

    [Fact]
    public async Task Keeps_the_secret_that_is_stored_when_the_write_has_its_turn()
    {
        _settings.Hold();
        var masked = Task.Run(() => UpdateAsync("*****"));
        await _settings.HeldAsync();

        try
        {
            await UpdateAsync("s2").WaitAsync(TimeSpan.FromSeconds(10));
        }
        finally
        {
            _settings.Release();
        }

        (await masked).ShouldBe("s2");
    }

    [Fact]
    public async Task Accepts_concurrent_writes_of_one_function()
    {
        var writes = Enumerable.Range(0, 100).Select(number => Task.Run(() => UpdateAsync($"s{number}"))).ToList();

        await Task.WhenAll(writes);

        // Settings without a mask do not depend on the stored version, so they are completed once.
        _settings.Unmasked.ShouldBe(101);
    }

    [Fact]
    public async Task Accepts_concurrent_writes_of_one_function_that_keep_its_secret()
    {
        var writes = Enumerable.Range(0, 100).Select(number => Task.Run(() => UpdateAsync("*****"))).ToList();

        (await Task.WhenAll(writes)).ShouldAllBe(static secret => secret == "s1");
    }

    [Fact]
    public async Task Finds_out_whether_requests_are_signed_without_an_endpoint()
    {
        await RegistryFixture.CreateAsync(_registry.EventTypes, """{"name":"t"}""");
        await UpdateAsync("signs");

        var refused = await RegistryFixture.RefuseAsync(
            _registry.Subscriptions, """{"type":"sync","eventType":"t","functionId":"fn","path":"/a","requestMode":"raw"}""");
        await UpdateAsync("s1");
        await RegistryFixture.CreateAsync(
            _registry.Subscriptions, """{"type":"sync","eventType":"t","functionId":"fn","path":"/a","requestMode":"raw"}""");

        refused.Messages.ShouldHaveSingleItem().ShouldContain("requestMode");
    }

    private async Task<string?> UpdateAsync(string secret)
    {
        var result = await _registry.Functions.UpdateAsync("default", "fn", RegistryFixture.Utf8(Json(secret)), RevisionConditions.None, CancellationToken.None);
        result.Error.ShouldBeNull();
        return PlayedSettings.SecretOf(result.Entry!.Resource.Provider);
    }

    private static string Json(string secret) => $$$"""{"functionId":"fn","type":"played","provider":{"secret":"{{{secret}}}"}}""";
}
