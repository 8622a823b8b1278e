using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.State;
using EventGateway.Tests.Engine.Registry;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Resources;

public sealed class FunctionSecretTests
{
    [Theory]
    [InlineData("https://user:pass@a.example/f?x=a@b", "https://*****@a.example/f?x=a@b")]
    [InlineData("http://token@a.example:8080", "http://*****@a.example:8080")]
    [InlineData("https://a%40b:p%2Fq@a.example/", "https://*****@a.example/")]
    [InlineData("https://a.example/user:pass@b", "https://a.example/user:pass@b")]
    [InlineData("https://@a.example/", "https://@a.example/")]
    public async Task Shows_a_mask_for_the_user_and_password_of_a_url(string url, string shown)
    {
        await using var fixture = await RegistryFixture.StartAsync();

        var entry = await RegistryFixture.CreateAsync(fixture.Registry.Functions, Json(url));

        RegistryFixture.Text(fixture.Registry.Functions, entry).ShouldContain($"\"url\":\"{shown}\"");
        Url(entry).ShouldBe(url);
    }

    [Fact]
    public async Task Keeps_the_stored_secret_when_the_mask_is_sent_back()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        await RegistryFixture.CreateAsync(fixture.Registry.Functions, Json("https://user:pass@a.example/f"));

        Url((await UpdateAsync(fixture, "https://*****@a.example/f")).Entry!).ShouldBe("https://user:pass@a.example/f");
        Url((await UpdateAsync(fixture, "https://*****@a.example/g")).Entry!).ShouldBe("https://user:pass@a.example/g");
        Url((await UpdateAsync(fixture, "https://new:word@a.example/g")).Entry!).ShouldBe("https://new:word@a.example/g");
        Url((await UpdateAsync(fixture, "https://a.example/g")).Entry!).ShouldBe("https://a.example/g");
    }

    [Fact]
    public async Task Keeps_keys_whose_names_look_like_one_name_with_a_number()
    {
        await using var fixture = await RegistryFixture.StartAsync();
        await RegistryFixture.CreateAsync(fixture.Registry.Functions, Json("http://h.example/?token=a&token=b&token%232=c"));

        Url((await UpdateAsync(fixture, "http://h.example/?token=*****&token=*****&token%232=*****")).Entry!)
            .ShouldBe("http://h.example/?token=a&token=b&token%232=c");
    }

    [Theory]
    [InlineData("https://*****@evil.example/f")]
    [InlineData("http://*****@a.example/f")]
    [InlineData("https://*****@a.example:444/f")]
    public async Task Sends_no_stored_secret_to_another_server(string url)
    {
        await using var fixture = await RegistryFixture.StartAsync();
        await RegistryFixture.CreateAsync(fixture.Registry.Functions, Json("https://user:pass@a.example/f"));

        var error = (await UpdateAsync(fixture, url)).Error!;

        error.Reason.ShouldBe(RegistryReason.Invalid);
        error.Messages.ShouldHaveSingleItem().ShouldStartWith("Function doesn't validate. Validation error: provider.url");
        Url(fixture.Registry.Functions.Get("default", "fn").Entry!).ShouldBe("https://user:pass@a.example/f");
    }

    [Fact]
    public async Task Refuses_a_mask_where_no_secret_is_stored()
    {
        await using var fixture = await RegistryFixture.StartAsync();

        (await RegistryFixture.RefuseAsync(fixture.Registry.Functions, Json("https://*****@a.example/"))).Reason.ShouldBe(RegistryReason.Invalid);
        await RegistryFixture.CreateAsync(fixture.Registry.Functions, """{"functionId":"fn","type":"builtin","provider":{"name":"log"}}""");
        (await UpdateAsync(fixture, "https://*****@a.example/")).Error!.Reason.ShouldBe(RegistryReason.Invalid);
    }

    private static string Json(string url) => $$$"""{"functionId":"fn","type":"http","provider":{"url":"{{{url}}}"}}""";

    private static string? Url(ResourceEntry<Function> entry) => entry.Resource.Provider.GetProperty("url").GetString();

    private static async Task<RegistryResult<Function>> UpdateAsync(RegistryFixture fixture, string url) =>
        await fixture.Registry.Functions.UpdateAsync("default", "fn", RegistryFixture.Utf8(Json(url)), RevisionConditions.None, CancellationToken.None);
}
