using EventGateway.Abstractions.Resources;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Resources;

public class SubscriptionIdTests
{
    [Theory]
    [InlineData(SubscriptionType.Async, "test.event", "async1", "/", "POST", "YXN5bmMsdGVzdC5ldmVudCxhc3luYzEsJTJGLFBPU1Q")]
    [InlineData(SubscriptionType.Sync, "http.request", "ok", "/hello", "GET", "c3luYyxodHRwLnJlcXVlc3QsJTJGaGVsbG8sR0VU")]
    [InlineData(SubscriptionType.Sync, "conflict.event", "ok", "/files/*path", "GET", "c3luYyxjb25mbGljdC5ldmVudCwlMkZmaWxlcyUyRiUyQXBhdGgsR0VU")]
    [InlineData(SubscriptionType.Sync, "conflict.event", "ok", "/users/:id", "GET", "c3luYyxjb25mbGljdC5ldmVudCwlMkZ1c2VycyUyRjppZCxHRVQ")]
    public void Is_the_id_that_existing_clients_know(SubscriptionType type, string eventType, string functionId, string path, string method, string expected) =>
        SubscriptionId.Create(type, eventType, functionId, path, method).ShouldBe(expected);
}
