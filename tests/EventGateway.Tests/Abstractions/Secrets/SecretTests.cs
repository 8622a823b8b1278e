using System.Text.Json;
using EventGateway.Abstractions.Secrets;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Secrets;

public sealed class SecretTests
{
    [Fact]
    public void Shows_a_mask_in_texts_records_and_json()
    {
        var holder = new Holder("me", new Secret("hush"));

        $"{holder.Key}".ShouldBe("*****");
        holder.ToString().ShouldBe("Holder { Name = me, Key = ***** }");
        JsonSerializer.Serialize(holder).ShouldBe("""{"Name":"me","Key":"*****"}""");
    }

    [Fact]
    public void Returns_its_value_only_when_asked()
    {
        var secret = new Secret("hush");

        secret.Reveal().ShouldBe("hush");
        secret.IsMask.ShouldBeFalse();
        new Secret("*****").IsMask.ShouldBeTrue();
        secret.ShouldBe(new Secret("hush"));
        secret.ShouldNotBe(new Secret("other"));
    }

    private sealed record Holder(string Name, Secret Key);
}
