using System.Security.Cryptography.X509Certificates;
using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents;
using EventGateway.Functions.Http.Connections;
using EventGateway.Tests.Functions.Http;
using EventGateway.TestSupport;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Functions;

public sealed class HttpFunctionTlsTests : IDisposable
{
    private readonly X509Certificate2 _certificate = SelfSigned.Create();
    private readonly HttpFunctions _provider;
    private readonly CancellationTokenSource _guard = new(TimeSpan.FromSeconds(30));

    public HttpFunctionTlsTests() => _provider = new HttpFunctions(TimeProvider.System, new HttpFunctionOptions
    {
        CertificatePolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { _certificate },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    });

    public void Dispose()
    {
        _provider.Dispose();
        _certificate.Dispose();
        _guard.Dispose();
    }

    [Theory]
    [InlineData(HttpProtocols.Http1AndHttp2, "HTTP/2")]
    [InlineData(HttpProtocols.Http2, "HTTP/2")]
    [InlineData(HttpProtocols.Http1, "HTTP/1.1")]
    public async Task Speaks_the_highest_version_that_the_function_takes(HttpProtocols protocols, string version)
    {
        await using var server = await StartAsync(protocols);

        using var result = await CallAsync(_provider, server);

        result.Outcome.ShouldBe(FunctionOutcome.Success);
        result.PayloadStillRead.ShouldBeFalse();
        result.Body.ToArray().ShouldBe(System.Text.Encoding.UTF8.GetBytes($$"""{{version}} {"id":"1"}"""));
    }

    [Fact]
    public async Task Keeps_many_calls_at_once_apart()
    {
        await using var server = await StartAsync(HttpProtocols.Http2);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            using var result = await _provider.InvokeAsync(TestRoutes.Http(server.Url), TestRoutes.Invocation($"{i}"), _guard.Token);
            result.Body.ToArray().ShouldBe(System.Text.Encoding.UTF8.GetBytes($"HTTP/2 {i}"));
        }));
    }

    [Fact]
    public async Task Says_that_an_event_is_still_read_which_the_function_has_answered()
    {
        var (goOn, received) = (new TaskCompletionSource(), new TaskCompletionSource<byte[]>());
        await using var server = await FunctionServer.StartAsync(
            async context =>
            {
                await context.Response.CompleteAsync();
                await goOn.Task;
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                received.SetResult(body.ToArray());
            },
            listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(_certificate);
            });
        var sent = new byte[4 * 1024 * 1024];

        using var result = await _provider.InvokeAsync(
            TestRoutes.Http(server.Url), TestRoutes.Invocation(new EventPayload(sent, "text/plain")), _guard.Token);

        result.Status.ShouldBe(200);
        result.PayloadStillRead.ShouldBeTrue();
        sent.AsSpan().Fill(1);
        goOn.SetResult();
        (await received.Task.WaitAsync(_guard.Token)).ShouldContain((byte)1);
    }

    [Fact]
    public async Task Calls_no_function_whose_certificate_is_not_trusted()
    {
        await using var server = await StartAsync(HttpProtocols.Http1AndHttp2);
        using var provider = new HttpFunctions(TimeProvider.System);

        using var result = await CallAsync(provider, server);

        result.Outcome.ShouldBe(FunctionOutcome.Retryable);
        result.Error.ShouldBe("The call failed: The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot");
    }

    private Task<FunctionServer> StartAsync(HttpProtocols protocols) => FunctionServer.StartAsync(
        async context =>
        {
            await context.Response.WriteAsync(context.Request.Protocol + " ");
            await context.Request.Body.CopyToAsync(context.Response.Body);
        },
        listen =>
        {
            listen.Protocols = protocols;
            listen.UseHttps(_certificate);
        });

    private ValueTask<FunctionResult> CallAsync(HttpFunctions provider, FunctionServer server) =>
        provider.InvokeAsync(TestRoutes.Http(server.Url), TestRoutes.Invocation(), _guard.Token);
}
