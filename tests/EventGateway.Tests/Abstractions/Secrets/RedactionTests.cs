using System.Text;
using CsCheck;
using EventGateway.Abstractions.Secrets;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Secrets;

public sealed class RedactionTests
{
    private const string Secret = "abc+def/ghi+jkl/mno==";

    private static readonly Gen<string> AnySecret = Gen.OneOf(
        Gen.String[Gen.Char["abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=-_."], 8, 40],
        Gen.String[Gen.Char["!\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~ "], 8, 40],
        Gen.String[Gen.Char["äöüßéabc%&\\\"<+/12"], 8, 20]);

    [Theory]
    [InlineData("Bearer abc+def/ghi+jkl/mno==", "Bearer *")]
    [InlineData("""{"a": "Bearer abc+def\/ghi+jkl\/mno=="}""", """{"a": "Bearer *"}""")]
    [InlineData("""{"a":"abc\u002Bdef/ghi\u002bjkl\/mno\u003d\u003D"}""", """{"a":"*"}""")]
    [InlineData("a=abc%2Bdef%2fghi%2Bjkl%2Fmno%3D%3d&b=c", "a=*&b=c")]
    [InlineData("a=abc%252Bdef%252Fghi%252Bjkl%252Fmno%253D%253D&b=c", "a=*&b=c")]
    [InlineData("<p>abc&#43;def&#x2F;ghi&plus;jkl&sol;mno&equals;&#61;</p>", "<p>*</p>")]
    [InlineData("abc+def/ghi+jkl/mno=3D=3D", "*")]
    [InlineData("""'abc\x2bdef\057ghi\u{2b}jkl\/mno=='""", "'*'")]
    [InlineData("ABC+DEF/GHI+JKL/MNO==", "*")]
    [InlineData("""[6162632b6465662f6768692b6a6b6c2f6d6e6f3d3d]""", "[*]")]
    [InlineData("""61:62:63:2B:64:65:66:2F:67:68:69:2B:6A:6B:6C:2F:6D:6E:6F:3D:3D.""", "*.")]
    [InlineData("cut off abc+def", "cut off *")]
    [InlineData("""cut off abc\u002Bdef\u00""", "cut off *")]
    [InlineData("cut off abc%2Bdef%252", "cut off *")]
    [InlineData("nothing of it: abc", "nothing of it: abc")]
    [InlineData("nothing of it: abc+de and more", "nothing of it: abc+de and more")]
    public void Hides_a_secret_in_every_spelling(string text, string expected) =>
        Collapse(Redaction.Of([Secret])!.Apply(text)).ShouldBe(expected);

    [Theory]
    [InlineData("", "")]
    [InlineData("x", "")]
    [InlineData("user:", "")]
    [InlineData("{\"authorization\":\"Bearer ", "\"}")]
    public void Hides_a_secret_in_base64(string before, string after)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(before + Secret + after));
        foreach (var text in new[]
        {
            encoded, encoded.TrimEnd('='), encoded.Replace('+', '-').Replace('/', '_'), encoded.Replace("/", "\\/", StringComparison.Ordinal),
            string.Join("\r\n", encoded.Chunk(20).Select(line => new string(line))), Convert.ToBase64String(Encoding.UTF8.GetBytes($"Basic {encoded}")),
        })
        {
            var kept = Redaction.Of([Secret])!.Apply($"Authorization: Basic {text}.");

            kept.ShouldStartWith("Authorization: Basic ");
            kept.ShouldEndWith(".");
            kept.ShouldContain("*****");
            kept.Length.ShouldBeLessThan("Authorization: Basic ".Length + text.Length - 20);
        }
    }

    [Fact]
    public void Hides_a_secret_in_base64_of_UTF_16() =>
        Redaction.Of([Secret])!.Apply(Convert.ToBase64String(Encoding.Unicode.GetBytes(Secret))).ShouldMatch(@"\A\*+A?=*\z");

    [Fact]
    public void Leaves_secrets_that_are_too_short_to_be_told_from_text() =>
        Redaction.Of(["abc", "abcd"])!.Apply("abc abce abcd").ShouldBe("abc abce *****");

    [Fact]
    public void Is_not_there_without_secrets() => Redaction.Of(["", ""]).ShouldBeNull();

    [Fact]
    public void Leaves_nothing_of_any_spelling() =>
        (from secret in AnySecret
         from spelled in Spelling.Of(secret, most: 3)
         select (secret, spelled))
        .Sample(sample => Check(sample.secret, sample.spelled, sample.spelled.Secret, sample.spelled.After), iter: 1_000);

    [Fact]
    public void Leaves_nothing_of_any_spelling_that_is_cut_off() =>
        (from secret in AnySecret
         from spelled in Spelling.Of(secret, most: 2)
         from cut in Gen.Int[0, spelled.Secret.Length]
         select (secret, spelled, cut))
        .Sample(
            sample =>
            {
                var (secret, spelled, cut) = sample;
                if (spelled.Ends.Count(end => end <= cut) > Redaction.FewestCharacters)
                {
                    Check(secret, spelled, spelled.Secret[..cut], "");
                }
            },
            iter: 1_000);

    [Fact]
    public void Leaves_text_without_the_secret_as_it_was() =>
        Gen.Select(Gen.String[Gen.Char["qrstuvwxyz0123456789"], 8, 20], Spelling.Of("nothing to hide", most: 3), Spelling.Text)
            .Sample(
                (secret, spelled, more) =>
                {
                    var text = spelled.Before + spelled.Secret + spelled.After + more;
                    Redaction.Of(["#" + secret])!.Apply(text).ShouldBe(text);
                },
                iter: 300);

    [Fact]
    public void Takes_any_bytes() =>
        Gen.Select(Gen.OneOf(Gen.Byte.Array[0, 200], Gen.String[Gen.Char["%25\\u0&#x;={}ab0"], 0, 200].Select(Encoding.UTF8.GetBytes)), AnySecret)
            .Sample((text, secret) => Redaction.Of([secret])!.Apply(text), iter: 300);

    private static void Check(string secret, Spelling spelled, string part, string after)
    {
        var text = Encoding.UTF8.GetBytes(spelled.Before + part + after);
        Redaction.Of([secret])!.Apply(text);

        var kept = text.AsSpan(Encoding.UTF8.GetByteCount(spelled.Before), Encoding.UTF8.GetByteCount(part));
        // Of a text that is cut off, a part of the last escape may stay: it spells no more than the last character.
        var last = secret.TrimEnd('&', '%', '\\', '=').Length - 1;
        var least = after.Length > 0 ? part.Length : Math.Min(part.Length - 5, spelled.Ends[Math.Max(0, last - 1)]);
        kept[..Encoding.UTF8.GetByteCount(part.AsSpan(0, Math.Max(0, least)))].ContainsAnyExcept((byte)'*').ShouldBeFalse(
            $"secret: {secret}\ntext:   {spelled.Before}|{part}|{after}\nkept:   {Encoding.UTF8.GetString(text)}");
    }

    private static string Collapse(string text) => System.Text.RegularExpressions.Regex.Replace(text, @"\*{4,}", "*", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
}
