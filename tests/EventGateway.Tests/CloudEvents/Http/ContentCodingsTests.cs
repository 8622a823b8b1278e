using System.Text;
using CsCheck;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.TestSupport;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents.Http;

public sealed class ContentCodingsTests
{
    private const int Limit = 100_000;
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"line {i}\n")));

    private static readonly string[] Names = ["gzip", "X-Gzip", "br", "BR", "deflate", "raw deflate"];

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("x-gzip", "x-gzip")]
    [InlineData("GZip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("deflate", "deflate")]
    [InlineData("deflate", "raw deflate")]
    [InlineData(" identity , gzip,, identity", "gzip")]
    [InlineData("gzip, br", "gzip", "br")]
    [InlineData("br,gzip,deflate,gzip", "br", "gzip", "raw deflate", "gzip")]
    public void Decodes_a_body(string header, params string[] applied) => Decode(header, Coded.With(Text, applied)).ShouldBe(Text);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" , ")]
    [InlineData("identity")]
    [InlineData("Identity, identity")]
    public void Finds_no_coding(string? header)
    {
        ContentCodings.TryParse(header, out var codings, out var error).ShouldBeTrue();

        codings.ShouldBeNull();
        error.ShouldBeNull();
    }

    [Theory]
    [InlineData("zstd", "the Content-Encoding \"zstd\", which cannot be decoded; accepted: gzip, br, deflate")]
    [InlineData("gzip, compress", "the Content-Encoding \"compress\", which cannot be decoded; accepted: gzip, br, deflate")]
    [InlineData("gzip;q=1", "the Content-Encoding \"gzip;q=1\", which cannot be decoded; accepted: gzip, br, deflate")]
    [InlineData("gzip,gzip,gzip,gzip,br", "5 codings in Content-Encoding; at most 4 are accepted")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd",
        "the Content-Encoding \"aaaaaaaaaabbbbbbbbbbccccccccccdd…\", which cannot be decoded; accepted: gzip, br, deflate")]
    public void Says_what_it_cannot_decode(string header, string expected)
    {
        ContentCodings.TryParse(header, out var codings, out var error).ShouldBeFalse();

        codings.ShouldBeNull();
        error.ShouldBe(expected);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("raw deflate")]
    public void A_body_that_ends_early_is_damaged(string coding)
    {
        var coded = Coded.With(Text, coding);
        for (var length = 1; length < coded.Length; length += 7)
        {
            Outcome(Coded.Header(coding), coded[..length]).ShouldBe(DecodingOutcome.Damaged, $"{length} of {coded.Length} bytes");
        }

        Outcome(Coded.Header(coding), coded[..^1]).ShouldBe(DecodingOutcome.Damaged);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public void A_body_that_is_not_coded_is_damaged(string coding) => Outcome(coding, "{\"a\":1}"u8.ToArray()).ShouldBe(DecodingOutcome.Damaged);

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public void An_empty_body_is_empty(string coding) => Decode(coding, []).ShouldBeEmpty();

    [Fact]
    public void Reads_all_members_of_a_gzip_body() => Decode("gzip", [.. Coded.With(Text, "gzip"), .. Coded.With("end"u8, "gzip")]).ShouldBe([.. Text, .. "end"u8]);

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("deflate", "deflate")]
    [InlineData("gzip,gzip", "gzip", "gzip")]
    public void The_limit_is_for_the_decoded_body(string header, params string[] applied)
    {
        Outcome(header, Coded.With(new byte[Limit], applied)).ShouldBe(DecodingOutcome.Complete);
        Outcome(header, Coded.With(new byte[Limit + 1], applied)).ShouldBe(DecodingOutcome.TooLarge);
        Outcome(header, Coded.With(new byte[100_000_000], applied)).ShouldBe(DecodingOutcome.TooLarge);
    }

    [Fact]
    public void The_limit_is_for_each_step()
    {
        // Decodes to nothing, after much work: RFC 1952 lets a body have any number of empty members.
        var empty = Convert.FromHexString("1f8b080000000000000303000000000000000000");
        Decode("gzip", empty).ShouldBeEmpty();
        var members = Enumerable.Repeat(empty, Limit / 10).SelectMany(member => member).ToArray();

        Outcome("gzip, gzip", Coded.With(members, "gzip")).ShouldBe(DecodingOutcome.TooLarge);
    }

    [Fact]
    public void Asks_for_the_memory_of_the_decoded_body()
    {
        var asked = new List<long>();

        Outcome("gzip, br", Coded.With(Text, "gzip", "br"), bytes => asked.TrueForAll(_ => true) && Add(bytes)).ShouldBe(DecodingOutcome.Complete);
        Outcome("gzip", Coded.With(new byte[Limit], "gzip"), bytes => bytes < 50_000).ShouldBe(DecodingOutcome.NoRoom);

        asked.Max().ShouldBeInRange(Text.Length, 3 * Text.Length);

        bool Add(long bytes)
        {
            asked.Add(bytes);
            return true;
        }
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("deflate", "raw deflate")]
    [InlineData("br,gzip", "br", "gzip")]
    public void Decodes_the_beginning(string header, params string[] applied)
    {
        var coded = Coded.With(Text, applied);

        Beginning(header, coded[..(coded.Length / 2)], 100).ShouldBe(Text[..100]);
        Beginning(header, coded, Text.Length + 10).ShouldBe(Text);
        Beginning(header, "no code"u8.ToArray(), 100).ShouldBeEmpty();
    }

    [Fact]
    public void Decodes_whatever_was_coded() =>
        Gen.Select(Gen.Byte.Array[0, 3000], Gen.Int[0, Names.Length - 1].Array[1, ContentCodings.MaxCount], Gen.Bool)
            .Sample((random, picks, repeats) =>
            {
                byte[] body = repeats ? [.. Enumerable.Repeat(random, 20).SelectMany(part => part)] : random;
                var applied = Array.ConvertAll(picks, pick => Names[pick]);
                Decode(string.Join(", ", applied.Select(Coded.Header)), Coded.With(body, applied)).ShouldBe(body);
            }, iter: 300);

    [Fact]
    public void Bytes_of_any_kind_end_in_an_outcome() =>
        Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, Names.Length - 1].Array[1, 3], Gen.Int[0, 1000].Array[0, 5], Gen.Byte)
            .Sample((body, picks, places, noise) =>
            {
                var applied = Array.ConvertAll(picks, pick => Names[pick]);
                var coded = Coded.With(body, applied);
                foreach (var place in places.Where(_ => coded.Length > 0))
                {
                    coded[place % coded.Length] ^= noise;
                }

                var header = string.Join(", ", applied.Select(Coded.Header));
                Outcome(header, coded).ShouldBeOneOf(DecodingOutcome.Complete, DecodingOutcome.Damaged, DecodingOutcome.TooLarge);
                Outcome(header, body).ShouldBeOneOf(DecodingOutcome.Complete, DecodingOutcome.Damaged, DecodingOutcome.TooLarge);
                Beginning(header, coded, 50).Length.ShouldBeLessThanOrEqualTo(50);
            }, iter: 1000);

    private static byte[] Decode(string header, byte[] coded)
    {
        using var decoded = new PooledBuffer();
        Parse(header).Decode(coded, decoded, Limit).ShouldBe(DecodingOutcome.Complete);
        return decoded.WrittenSpan.ToArray();
    }

    private static DecodingOutcome Outcome(string header, byte[] coded, Func<long, bool>? reserve = null)
    {
        using var decoded = new PooledBuffer();
        return Parse(header).Decode(coded, decoded, Limit, reserve);
    }

    private static byte[] Beginning(string header, byte[] coded, int maxBytes)
    {
        using var decoded = new PooledBuffer();
        Parse(header).DecodeBeginning(coded, decoded, maxBytes);
        return decoded.WrittenSpan.ToArray();
    }

    private static ContentCodings Parse(string header)
    {
        ContentCodings.TryParse(header, out var codings, out var error).ShouldBeTrue(error);
        return codings.ShouldNotBeNull();
    }
}
