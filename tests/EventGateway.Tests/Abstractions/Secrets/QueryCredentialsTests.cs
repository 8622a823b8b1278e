using CsCheck;
using EventGateway.Abstractions.Secrets;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Secrets;

public sealed class QueryCredentialsTests
{
    private static readonly Gen<string> Part = OneOf("token", "%74oken", "page", "1", "a%3Bkey", "", "%", "+", "%E9");

    private static readonly Gen<string> Query = Gen.Select(Part, OneOf("&", "=", ";", "=x;sig=", "?"), (part, sign) => part + sign).Array[0, 8].Select(static parts => string.Concat(parts));

    [Theory]
    [InlineData("", "")]
    [InlineData("token", "token")]
    [InlineData("page=1&TOKEN=a%20b&x", "page=1&TOKEN=*****&x")]
    [InlineData("%74oken=a&&sig=", "%74oken=*****&&sig=*****")]
    [InlineData("access_token=a'\"<b>", "access_token=*****")]
    [InlineData("a=1;token=2&b=3;c=4", "a=*****&b=3;c=4")]
    [InlineData("a=1%3Bcode%3D2", "a=*****")]
    [InlineData("a;token=2", "a;token=*****")]
    [InlineData("a=;=token", "a=;=token")]
    public void Masks_the_values_of_credentials_and_nothing_else(string query, string expected) => QueryCredentials.Mask(query).ShouldBe(expected);

    [Fact]
    public void Keeps_each_pair_and_its_name() => Query.Sample(static query =>
    {
        var masked = QueryCredentials.Mask(query).Split('&');
        var pairs = query.Split('&');

        masked.Length.ShouldBe(pairs.Length);
        foreach (var (pair, shown) in pairs.Zip(masked))
        {
            (shown == pair || shown == pair[..(pair.IndexOf('=', StringComparison.Ordinal) + 1)] + "*****").ShouldBeTrue($"{pair} became {shown}");
        }
    });

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);
}
