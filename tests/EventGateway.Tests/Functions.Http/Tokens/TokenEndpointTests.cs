using System.Buffers.Text;
using System.Net;
using System.Text;
using EventGateway.Abstractions.Secrets;
using EventGateway.Functions.Http.Settings;
using EventGateway.Functions.Http.Tokens;
using EventGateway.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Functions.Http.Tokens;

/// <summary>The answers of token endpoints.</summary>
public sealed class TokenEndpointTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Now);

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Decodes_an_answer(string coding)
    {
        var token = await OAuth2Async("""{"access_token":"abc"}""", coding);

        (token.Token, token.Error).ShouldBe(("abc", null));
    }

    [Theory]
    [InlineData("gzip", 65_537, "with a body of more than 65536 bytes when its gzip is decoded")]
    [InlineData(null, 65_537, "with a body of more than 65536 bytes")]
    [InlineData("damaged", 10, "with a body whose gzip is damaged")]
    [InlineData("secret-1", 10, "with a body with a Content-Encoding that cannot be decoded; accepted: gzip, br, deflate")]
    public async Task Says_why_an_answer_cannot_be_read(string? coding, int length, string problem)
    {
        var token = await OAuth2Async(new string(' ', length), coding);

        token.Token.ShouldBeNull();
        token.Error.ShouldBe($"No token: http://tokens.test/t answered {problem}.");
    }

    [Theory]
    [InlineData("60", 60)]
    [InlineData("\"60\"", 60)]
    [InlineData("60.5", 60.5)]
    [InlineData("0", 0)]
    [InlineData("99999999999", 86_400)]
    [InlineData("9223372036854775808", 86_400)]
    [InlineData("1e400", 86_400)]
    [InlineData("\"1e400\"", 86_400)]
    [InlineData("\"99999999999999999999999999999999999999999999\"", 86_400)]
    [InlineData("-1", 300)]
    [InlineData("-1e400", 300)]
    [InlineData("\"NaN\"", 300)]
    [InlineData("\"soon\"", 300)]
    [InlineData("null", 300)]
    public async Task A_token_lives_as_long_as_its_answer_says_up_to_a_day(string expiresIn, double seconds)
    {
        var token = await OAuth2Async($$"""{"access_token":"abc","expires_in":{{expiresIn}}}""");

        (token.ExpiresAt - Now).ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("1893456060", 60)]
    [InlineData("1893456060.5", 60.5)]
    [InlineData("253402300799", 86_400)]
    [InlineData("253402300800", 86_400)]
    [InlineData("9223372036854775808", 86_400)]
    [InlineData("1e400", 86_400)]
    [InlineData("0", 300)]
    [InlineData("-9223372036854775809", 300)]
    [InlineData("\"1893456060\"", 300)]
    public async Task An_ID_token_lives_until_it_expires_up_to_a_day(string exp, double seconds)
    {
        var id = $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"exp":{{exp}}}"""))}.sig";
        using var client = Answering(id, null);

        var token = await new GoogleTokenSource("me", account: null, "metadata.test", new TokenEndpoint(client), _clock).FetchAsync(CancellationToken.None);

        token.Token.ShouldBe(id);
        (token.ExpiresAt - Now).ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    private async Task<TokenResult> OAuth2Async(string answer, string? coding = null)
    {
        using var client = Answering(answer, coding);
        var auth = new OAuth2Auth(new SecretUrl("http://tokens.test/t"), "id", new Secret("secret"));
        return await new OAuth2TokenSource(auth, new TokenEndpoint(client), _clock).FetchAsync(CancellationToken.None);
    }

    private static HttpMessageInvoker Answering(string text, string? coding) => new(new Endpoint(text, coding));

    private sealed class Endpoint(string text, string? coding) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.AcceptEncoding.ToString().ShouldBe("gzip, br, deflate");
            var body = Encoding.UTF8.GetBytes(text);
            var answer = new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new ByteArrayContent(coding is "gzip" or "br" or "deflate" ? Coded.With(body, coding) : body),
            };
            if (coding is not null)
            {
                answer.Content.Headers.TryAddWithoutValidation("Content-Encoding", coding is "damaged" ? "gzip" : coding);
            }

            return Task.FromResult(answer);
        }
    }
}
