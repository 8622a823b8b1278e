using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Tests.Http;

/// <summary>A request and its answer, in memory. As with a real server, an answer has started once some of its body is written.</summary>
internal sealed class TestExchange
{
    private readonly ResponseFeature _response = new();
    private readonly LifetimeFeature _lifetime = new();

    /// <summary>Begins an exchange.</summary>
    /// <param name="request">The request; its body is replaced.</param>
    /// <param name="body">The body.</param>
    /// <param name="isChunked">Whether the body comes without its length.</param>
    public TestExchange(HttpRequest request, string body = "", bool isChunked = false)
        : this(request, new MemoryStream(Encoding.UTF8.GetBytes(body)))
    {
        if (isChunked)
        {
            request.Headers.TransferEncoding = "chunked";
        }
        else if (body.Length > 0)
        {
            request.ContentLength = request.Body.Length;
        }
    }

    /// <summary>Begins an exchange whose body a test plays.</summary>
    public TestExchange(HttpRequest request, Stream body)
    {
        Context = request.HttpContext;
        Context.Request.Scheme = "http";
        Context.Request.Protocol = "HTTP/1.1";
        Context.Request.Body = body;
        Answer = new ResponseStream(_response);
        Context.Features.Set<IHttpResponseFeature>(_response);
        Context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Answer));
        Context.Features.Set<IHttpRequestLifetimeFeature>(_lifetime);
    }

    public HttpContext Context { get; }

    /// <summary>How often the answer was flushed.</summary>
    public int Flushes => Answer.Flushes;

    /// <summary>Makes flushes of the answer fail. Null: they do not fail.</summary>
    public Exception? FlushError { set => Answer.FlushError = value; }

    /// <summary>Whether the gateway has cut the connection.</summary>
    public bool IsAborted => _lifetime.IsAborted;

    private ResponseStream Answer { get; }

    /// <summary>The sender leaves.</summary>
    public Task LeaveAsync() => _lifetime.Source.CancelAsync();

    /// <summary>Ends the answer.</summary>
    public async Task<TestAnswer> CompleteAsync()
    {
        await Context.Response.CompleteAsync();
        return new TestAnswer(Context.Response.StatusCode, Context.Response.Headers, Encoding.UTF8.GetString(Answer.ToArray()));
    }

    private sealed class ResponseFeature : HttpResponseFeature
    {
        public bool Started { get; set; }

        public override bool HasStarted => Started;
    }

    private sealed class LifetimeFeature : IHttpRequestLifetimeFeature
    {
        public CancellationTokenSource Source { get; } = new();

        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted
        {
            get => Source.Token;
            set => throw new NotSupportedException();
        }

        public void Abort() => IsAborted = true;
    }

    private sealed class ResponseStream(ResponseFeature response) : MemoryStream
    {
        public int Flushes { get; private set; }

        public Exception? FlushError { private get; set; }

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            if (FlushError is { } error)
            {
                return Task.FromException(error);
            }

            Flushes++;
            response.Started = true;
            return base.FlushAsync(cancellationToken);
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            response.Started = true;
            base.Write(buffer, offset, count);
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            response.Started = true;
            base.Write(buffer);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            response.Started = true;
            return base.WriteAsync(buffer, offset, count, cancellationToken);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            response.Started = true;
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
