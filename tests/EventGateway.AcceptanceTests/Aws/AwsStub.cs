using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EventGateway.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EventGateway.AcceptanceTests.Aws;

/// <summary>
/// What SQS and Firehose do with batches, for services that no emulator is to be had of: signatures are checked by
/// computing them again, and a test may have calls fail.
/// </summary>
internal sealed class AwsStub : IAsyncDisposable
{
    public const string KeyId = "AKIDEXAMPLE";
    public const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    private readonly WebApplication _app;
    private readonly ConcurrentQueue<StubRecord> _records = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Trouble>> _troubles = new();
    private int _calls;

    private AwsStub()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(ServeAsync);
    }

    /// <summary>How a call fails.</summary>
    public enum Trouble
    {
        /// <summary>The connection closes without an answer.</summary>
        Dropped,

        /// <summary>The service asks for less.</summary>
        Throttled,

        /// <summary>The service is out of order.</summary>
        Unavailable,

        /// <summary>Every other record fails, the first among them.</summary>
        Halved,
    }

    /// <summary>Its address.</summary>
    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>How many calls there were.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public static async Task<AwsStub> StartAsync()
    {
        var stub = new AwsStub();
        await stub._app.StartAsync();
        return stub;
    }

    /// <summary>The records that a queue or stream has.</summary>
    /// <param name="name">The queue's URL or the stream's name.</param>
    public IReadOnlyList<StubRecord> RecordsOf(string name) => [.. _records.Where(record => record.Name == name)];

    /// <summary>Lets the next calls for a queue or stream fail.</summary>
    public void Fail(string name, params Trouble[] troubles)
    {
        foreach (var trouble in troubles)
        {
            _troubles.GetOrAdd(name, static _ => new()).Enqueue(trouble);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        Interlocked.Increment(ref _calls);
        using var stream = new MemoryStream();
        await context.Request.Body.CopyToAsync(stream);
        var bytes = stream.ToArray();
        var error = SignatureV4.Check(
            context.Request.Method,
            context.Features.Get<IHttpRequestFeature>()!.RawTarget,
            name => context.Request.Headers.TryGetValue(name, out var value) ? value.ToString() : null,
            bytes,
            static keyId => keyId == KeyId ? Secret : null);
        if (error is not null)
        {
            await AnswerAsync(context, 403, new JsonObject { ["__type"] = $"com.amazon.coral.service#{error}", ["message"] = "The signature is not right." });
            return;
        }

        var request = JsonNode.Parse(bytes)!.AsObject();
        var name = (request["QueueUrl"] ?? request["DeliveryStreamName"])!.GetValue<string>();
        var trouble = _troubles.TryGetValue(name, out var troubles) && troubles.TryDequeue(out var next) ? next : (Trouble?)null;
        switch (trouble)
        {
            case Trouble.Dropped:
                context.Abort();
                break;
            case Trouble.Throttled:
                await AnswerAsync(context, 400, new JsonObject { ["__type"] = "ThrottlingException", ["message"] = "Rate exceeded" });
                break;
            case Trouble.Unavailable:
                await AnswerAsync(context, 503, new JsonObject { ["__type"] = "ServiceUnavailable", ["message"] = "Out of order" });
                break;
            default:
                await AnswerAsync(context, 200, request.ContainsKey("QueueUrl")
                    ? Send(name, request["Entries"]!.AsArray(), trouble is Trouble.Halved)
                    : Put(name, request["Records"]!.AsArray(), trouble is Trouble.Halved));
                break;
        }
    }

    private JsonObject Send(string queue, JsonArray entries, bool halved)
    {
        var successful = new JsonArray();
        var failed = new JsonArray();
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i]!;
            var id = entry["Id"]!.GetValue<string>();
            if (halved && i % 2 == 0)
            {
                failed.Add(new JsonObject { ["Id"] = id, ["Code"] = "InternalError", ["SenderFault"] = false, ["Message"] = "Try again" });
                continue;
            }

            var body = entry["MessageBody"]!.GetValue<string>();
            _records.Enqueue(new StubRecord(
                queue, body, entry["MessageGroupId"]?.GetValue<string>(), entry["MessageDeduplicationId"]?.GetValue<string>(), entries.Count));
            successful.Add(new JsonObject
            {
                ["Id"] = id,
                ["MessageId"] = Guid.NewGuid().ToString(),
                ["MD5OfMessageBody"] = Convert.ToHexStringLower(MD5.HashData(Encoding.UTF8.GetBytes(body))),
            });
        }

        return new JsonObject { ["Successful"] = successful, ["Failed"] = failed };
    }

    private JsonObject Put(string streamName, JsonArray records, bool halved)
    {
        var responses = new JsonArray();
        for (var i = 0; i < records.Count; i++)
        {
            if (halved && i % 2 == 0)
            {
                responses.Add(new JsonObject { ["ErrorCode"] = "ServiceUnavailableException", ["ErrorMessage"] = "Slow down" });
                continue;
            }

            _records.Enqueue(new StubRecord(
                streamName, Encoding.UTF8.GetString(Convert.FromBase64String(records[i]!["Data"]!.GetValue<string>())), null, null, records.Count));
            responses.Add(new JsonObject { ["RecordId"] = Guid.NewGuid().ToString() });
        }

        return new JsonObject { ["FailedPutCount"] = 0, ["RequestResponses"] = responses };
    }

    private static Task AnswerAsync(HttpContext context, int status, JsonObject body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/x-amz-json-1.1";
        return context.Response.WriteAsync(body.ToJsonString());
    }
}

/// <summary>A record that the stub took.</summary>
internal sealed record StubRecord(string Name, string Body, string? Group, string? Deduplication, int BatchSize);
