using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Routing;

namespace EventGateway.MicroBenchmarks;

/// <summary>The steps of an event of 1 KB, in order, with 10,000 sync and 10,000 async subscriptions.</summary>
[MemoryDiagnoser]
public class EventSteps : IDisposable
{
    private const int Paths = 10_000;

    private readonly byte[] _json = Encoding.UTF8.GetBytes(
        $$$"""{"specversion":"1.0","id":"1","source":"/shop","type":"order.placed","time":"2030-01-02T03:04:05Z","datacontenttype":"application/json","data":{"text":"{{{new string('x', 900)}}}"}}""");

    private readonly byte[] _answer = Encoding.UTF8.GetBytes(
        $$"""{"statusCode":200,"headers":{"Content-Type":"application/json"},"body":"{{new string('x', 900)}}"}""");

    private readonly RoutingTable _routes;
    private readonly CloudEvent _event;
    private readonly PooledBuffer _buffer = new(4096);

    public EventSteps()
    {
        _routes = RoutingTable.Empty;
        for (var i = 0; i < Paths; i++)
        {
            _routes = _routes.With(RouteOf(SubscriptionType.Sync, $"/orders/{i}/items/:item"));
            _routes = _routes.With(RouteOf(SubscriptionType.Async, $"/orders/{i}"));
        }

        _event = CloudEventReader.ReadStructured(_json).Event!;
    }

    /// <summary>Reads an event in structured mode.</summary>
    [Benchmark]
    public CloudEvent? Read() => CloudEventReader.ReadStructured(_json).Event;

    /// <summary>Finds the async subscriptions.</summary>
    [Benchmark]
    public RouteMatch MatchAsync() => _routes.Match("POST", "/orders/1234", "order.placed");

    /// <summary>Finds the sync subscription, on a path with a parameter.</summary>
    [Benchmark]
    public RouteMatch MatchSync() => _routes.Match("POST", "/orders/1234/items/7", "order.placed");

    /// <summary>Writes the event for a function.</summary>
    [Benchmark]
    public EventPayload Write()
    {
        _buffer.Clear();
        return CloudEventWriter.Write(_event, CloudEventFormat.V1Structured, _buffer);
    }

    /// <summary>Writes the event for a function of the 0.9 line.</summary>
    [Benchmark]
    public EventPayload WriteV01()
    {
        _buffer.Clear();
        return CloudEventWriter.Write(_event, CloudEventFormat.V01Structured, _buffer);
    }

    /// <summary>Reads a function's answer.</summary>
    [Benchmark]
    public object? ReadAnswer()
    {
        _buffer.Clear();
        return ResponseObjectReader.Read(_answer, _buffer, ResponseForms.AnyJson).Response;
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _buffer.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Route RouteOf(SubscriptionType type, string path) => new(
        new Subscription
        {
            Space = "default",
            SubscriptionId = $"{type}{path}",
            Type = type,
            EventType = "order.placed",
            FunctionId = "function",
            Path = path,
            Method = "POST",
        },
        new Function { Space = "default", FunctionId = "function", Type = "http", Provider = JsonElement.Parse("""{"url":"http://localhost:5000"}"""u8) });
}
