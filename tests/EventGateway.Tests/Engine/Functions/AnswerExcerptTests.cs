using System.Text;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.CloudEvents;
using EventGateway.Engine.Functions;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Functions;

public sealed class AnswerExcerptTests
{
    private static readonly DeliverySettings KeepAnswers = new() { KeepAnswers = true };

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    [InlineData(20_000, false)]
    public void Keeps_nothing_when_the_sender_sent_more_credentials_than_are_searched(int credentials, bool kept)
    {
        var answer = AnswerExcerpt.Read(Result("it was value-00001"), Sent(credentials), KeepAnswers, 1024);

        (answer is { } text ? Encoding.UTF8.GetString(text.Span) : null).ShouldBe(kept ? "it was ***********" : null);
    }

    [Fact]
    public void Counts_a_credential_that_is_repeated_once() =>
        AnswerExcerpt.Read(Result("it failed"), Event(Enumerable.Repeat("\"same\"", 1000)), KeepAnswers, 1024).ShouldNotBeNull();

    [Theory]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public void Keeps_nothing_of_an_answer_that_is_longer_than_what_is_searched(int length, bool kept) =>
        (AnswerExcerpt.Read(Result(new string('a', length)), Sent(1), KeepAnswers, int.MaxValue) is not null).ShouldBe(kept);

    [Fact]
    public void Does_not_read_the_event_when_nothing_may_be_kept_in_any_case()
    {
        var sent = Sent(20_000);
        var result = new FunctionResult(FunctionOutcome.Retryable, "it failed"u8.ToArray()) { Redaction = Redaction.Of(["secret"]) };

        var before = GC.GetAllocatedBytesForCurrentThread();
        var kept = AnswerExcerpt.Read(result, sent, settings: null, 1024);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        kept.ShouldBeNull();
        allocated.ShouldBeLessThan(10_000);
    }

    [Fact]
    public void Describes_the_first_200_bytes() => Describe(new string('x', 199) + "yz", default, null).ShouldBe(new string('x', 199) + "y");

    [Fact]
    public void Masks_the_secrets_of_the_function_and_the_sender() =>
        Describe("the-secret, hush-cookie and more", Event(["\"hush-cookie\""]), "the-secret").ShouldBe("**********, *********** and more");

    [Fact]
    public void Shows_nothing_where_the_subscription_forbids_it_and_secrets_were_sent()
    {
        Describe("the-secret", default, "the-secret", keepAnswers: false).ShouldBe("(not shown, since secrets were sent)");
        Describe("hush-cookie", Event(["\"hush-cookie\""]), null, keepAnswers: false).ShouldBe("(not shown, since secrets were sent)");
        Describe("no secret", default, null, keepAnswers: false).ShouldBe("no secret");
    }

    private static string Describe(string body, EventPayload sent, string? secret, bool? keepAnswers = null)
    {
        using var result = new FunctionResult(FunctionOutcome.Success, Encoding.UTF8.GetBytes(body)) { Redaction = secret is null ? null : Redaction.Of([secret]) };
        return AnswerExcerpt.Describe(result, sent, new DeliverySettings { KeepAnswers = keepAnswers });
    }

    private static FunctionResult Result(string body) => new(FunctionOutcome.Retryable, Encoding.UTF8.GetBytes(body));

    private static EventPayload Sent(int credentials) => Event(Enumerable.Range(1, credentials).Select(number => $"\"value-{number:00000}\""));

    private static EventPayload Event(IEnumerable<string> tokens) =>
        new(Encoding.UTF8.GetBytes("{\"data\":{\"headers\":{\"Cookie\":[" + string.Join(',', tokens) + "]}}}"), "application/json");
}
