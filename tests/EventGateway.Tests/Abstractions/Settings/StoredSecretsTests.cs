using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Settings;

public sealed class StoredSecretsTests
{
    private static readonly Sample Stored = new("a", "hush", ["k1", "k2"], new Sample("b", "inner", [], null));

    [Fact]
    public void Stores_secrets_and_shows_masks()
    {
        SettingsWriter.Store(Stored).GetRawText()
            .ShouldBe("""{"name":"a","token":"hush","keys":["k1","k2"],"within":{"name":"b","token":"inner","keys":[]}}""");
        SettingsWriter.Show(Stored).GetRawText()
            .ShouldBe("""{"name":"a","token":"*****","keys":["*****","*****"],"within":{"name":"b","token":"*****","keys":[]}}""");
    }

    [Fact]
    public void Names_each_secret_by_its_path() =>
        SettingsWriter.SecretsOf(Stored).Select(secret => secret.Key).ShouldBe(["token", "keys[0]", "keys[1]", "within.token"]);

    [Fact]
    public void Keeps_stored_secrets_where_masks_come_back() =>
        Restore(new("new", "*****", ["*****", "fresh", "*****"], new Sample("b", "*****", [], null)), _ => true)
            .ShouldBe("""{"name":"new","token":"hush","keys":["k1","fresh","k2"],"within":{"name":"b","token":"inner","keys":[]}}""");

    [Fact]
    public void Keeps_no_secret_of_a_list_with_another_number_of_masks()
    {
        var refused = new List<string>();

        Restore(new("a", "hush", ["*****"], null), _ => true, refused);

        refused.ShouldBe(["keys[0]"]);
    }

    [Fact]
    public void Keeps_no_secret_that_may_not_be_kept_or_is_not_stored()
    {
        var refused = new List<string>();

        Restore(new("a", "*****", [], new Sample("b", "*****", [], null)), path => path is "token", refused);
        StoredSecrets.Restore(new Sample("a", "*****", [], null), null, _ => true, refused.Add);

        refused.ShouldBe(["within.token", "token"]);
    }

    private static string Restore(Sample settings, Func<string, bool> mayKeep, List<string>? refused = null) =>
        StoredSecrets.Restore(settings, Stored, mayKeep, (refused ?? []).Add).GetRawText();

    private sealed record Sample(string Name, string Token, string[] Keys, Sample? Within) : ISettings
    {
        public void Write(SettingsWriter writer)
        {
            writer.Write("name", Name);
            writer.Write("token", new Secret(Token));
            writer.Write("keys", [.. Keys.Select(key => new Secret(key))]);
            writer.Write("within", Within);
        }
    }
}
