using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using EventGateway.Serving.Refusals;
using EventGateway.Tests.Engine.Functions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Shouldly;
using Xunit;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace EventGateway.Tests.Serving.Refusals;

public sealed class BadRequestsTests
{
    private const string Empty = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

    private readonly RecordingLogger<RefusalLog> _logger = new();

    [Fact]
    public async Task Adds_a_body_over_HTTP_1() => (await WriteAsync(new FeatureCollection())).ShouldEndWith("}]}");

    [Fact]
    public async Task Leaves_the_output_alone_that_streams_of_HTTP_2_share()
    {
        var features = new FeatureCollection();
        features.Set<IHttp2StreamIdFeature>(new Stream());

        (await WriteAsync(features)).ShouldBe(Empty);
        _logger.Entries.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Logs_neither_the_query_nor_the_user_of_the_target()
    {
        await WriteAsync(new FeatureCollection());

        _logger.Entries.ShouldHaveSingleItem().Text.ShouldStartWith("Refused GET /a with 400: ");
    }

    private async Task<string> WriteAsync(FeatureCollection features)
    {
        var pipe = new Pipe();
        var output = new RefusalOutput(pipe.Writer);
        features.Set(output);
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = "GET", RawTarget = "http://user:secret@host/a?key=secret" });
        features.Set<IHttpResponseFeature>(new HttpResponseFeature());
        features.Set<IBadRequestExceptionFeature>(new Refusal());

        new BadRequests(Microsoft.Extensions.Options.Options.Create(new KestrelServerOptions()), new RefusalLog(_logger)).Write("Microsoft.AspNetCore.Server.Kestrel.BadRequest", features);
        output.Write(Encoding.ASCII.GetBytes(Empty));
        await output.CompleteAsync();

        using var written = new MemoryStream();
        await pipe.Reader.CopyToAsync(written, TestContext.Current.CancellationToken);
        return Encoding.ASCII.GetString(written.ToArray());
    }

    private sealed class Stream : IHttp2StreamIdFeature
    {
        public int StreamId => 1;
    }

    private sealed class Refusal : IBadRequestExceptionFeature
    {
        public Exception? Error { get; } = new BadHttpRequestException("Invalid request header");
    }
}
