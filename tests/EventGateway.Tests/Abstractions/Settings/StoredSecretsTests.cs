using System.Text.Json.Nodes;
using CsCheck;
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
    public void Keeps_secrets_with_names_by_their_names_whatever_their_order()
    {
        var stored = Stored with { Keys = ["one=k1", "k2", "two=k3", "k4"] };

        Restore(stored with { Keys = ["TWO=*****", "*****", "three=new", "*****", "one=*****"] }, _ => true, stored: stored).ShouldContain(
            """
            "keys":[{"name":"TWO","key":"k3"},"k2",{"name":"three","key":"new"},"k4",{"name":"one","key":"k1"}]
            """.Trim());
        Restore(stored with { Keys = ["two=*****"] }, _ => true, stored: stored).ShouldContain("\"keys\":[{\"name\":\"two\",\"key\":\"k3\"}]");
    }

    [Fact]
    public void Keeps_no_secret_under_another_name()
    {
        var stored = Stored with { Keys = ["one=k1", "k2"] };
        var refused = new List<string>();

        Restore(stored with { Keys = ["two=*****", "0=*****", "*****", "*****"] }, _ => true, refused, stored);

        refused.ShouldBe(["keys[0].key", "keys[1].key", "keys[2]", "keys[3]"]);
        StoredSecrets.NamesBeside(stored, refused[0]).ShouldBe(["one"]);
        StoredSecrets.NamesBeside(stored, refused[2]).ShouldBe(["one"]);
        StoredSecrets.NamesBeside(null, refused[0])!.ShouldBeEmpty();
        StoredSecrets.NamesBeside(stored, "token").ShouldBeNull();
    }

    [Fact]
    public void Never_restores_a_secret_in_place_of_another() =>
        Gen.Select(ListOfSecrets, ListOfSecrets, Gen.Bool.Array[12]).Sample((before, after, masked) =>
        {
            var stored = Stored with { Keys = [.. before.Select((name, at) => Spelled(name, $"secret{at}"))], Within = null };
            var sent = Stored with { Keys = [.. after.Select((name, at) => Spelled(name, masked[at] ? "*****" : $"new{at}"))], Within = null };
            var refused = new List<string>();

            var restored = SettingsWriter.SecretsOf(Read(Restore(sent, _ => true, refused, stored))).Skip(1).Select(secret => secret.Value.Reveal()).ToList();

            // The model: a name finds its own secret; masks without names find all secrets without names, or none.
            var unnamed = before.Index().Where(item => item.Item.Length == 0).Select(item => $"secret{item.Index}").ToList();
            var places = after.Index().Where(item => item.Item.Length == 0 && masked[item.Index]).Select(item => item.Index).ToList();
            var expected = after.Select((name, at) =>
                !masked[at] ? $"new{at}"
                : name.Length > 0 ? (Array.IndexOf(before, name) is >= 0 and var found ? $"secret{found}" : "*****")
                : places.Count == unnamed.Count ? unnamed[places.IndexOf(at)] : "*****").ToList();
            restored.ShouldBe(expected);
            refused.Count.ShouldBe(expected.Count(text => text == "*****"));
        });

    [Fact]
    public void Keeps_no_secret_that_may_not_be_kept_or_is_not_stored()
    {
        var refused = new List<string>();

        Restore(new("a", "*****", [], new Sample("b", "*****", [], null)), path => path is "token", refused);
        StoredSecrets.Restore(new Sample("a", "*****", [], null), null, _ => true, refused.Add);

        refused.ShouldBe(["within.token", "token"]);
    }

    // Up to six secrets: each without a name, or with one that no other has.
    private static Gen<string[]> ListOfSecrets => Gen.Int[0, 5].Array[0, 6].Select(numbers =>
        numbers.Select((number, at) => number == 0 || Array.IndexOf(numbers, number) < at ? "" : $"n{number}").ToArray());

    private static string Spelled(string name, string secret) => name.Length == 0 ? secret : $"{name}={secret}";

    private static Sample Read(string json)
    {
        var keys = JsonNode.Parse(json)!["keys"]!.AsArray();
        return Stored with { Keys = [.. keys.Select(key => key is JsonObject named ? $"{named["name"]}={named["key"]}" : key!.GetValue<string>())], Within = null };
    }

    private static string Restore(Sample settings, Func<string, bool> mayKeep, List<string>? refused = null, Sample? stored = null) =>
        StoredSecrets.Restore(settings, stored ?? Stored, mayKeep, (refused ?? []).Add).GetRawText();

    private sealed record Sample(string Name, string Token, string[] Keys, Sample? Within) : ISettings
    {
        public void Write(SettingsWriter writer)
        {
            writer.Write("name", Name);
            writer.Write("token", new Secret(Token));
            writer.Write("keys", [.. Keys.Select(key => key.Split('=') is [var name, var secret] ? new Listed(name, new Secret(secret)) : new Listed(null, new Secret(key)))]);
            writer.Write("within", Within);
        }
    }

    private sealed record Listed(string? Name, Secret Key) : IListedSecret
    {
        public void Write(SettingsWriter writer)
        {
            writer.Write("name", Name);
            writer.Write("key", Key);
        }
    }
}
