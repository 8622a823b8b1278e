using System.Text;
using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Settings;
using EventGateway.CloudEvents;
using EventGateway.CloudEvents.Buffers;
using EventGateway.Engine.Functions;
using Microsoft.Extensions.Logging;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Functions;

public sealed class BuiltinFunctionProviderTests
{
    private readonly RecordingLogger<BuiltinFunctionProvider> _logger = new();

    [Fact]
    public async Task Echoes_the_event_as_a_response()
    {
        var response = await CallAsync("echo", TestRoutes.Payload("{\"id\":\"é\\n\"}"));

        response.StatusCode.ShouldBe(200);
        response.Headers.ShouldBe([new("content-type", "application/json")]);
        Encoding.UTF8.GetString(response.Body.Span).ShouldBe("{\"id\":\"é\\n\"}");
    }

    [Fact]
    public async Task Echoes_binary_mode_with_its_headers()
    {
        var response = await CallAsync("echo", new EventPayload("hi"u8.ToArray(), "text/plain", [new("ce-id", "7")]));

        response.Headers.ShouldBe([new("content-type", "text/plain"), new("ce-id", "7")]);
        Encoding.UTF8.GetString(response.Body.Span).ShouldBe("hi");
    }

    [Fact]
    public async Task Logs_one_line()
    {
        var response = await CallAsync("log", TestRoutes.Payload());

        response.StatusCode.ShouldBe(200);
        _logger.Entries.ShouldBe([(LogLevel.Information, "Event for function default/f1: {\"id\":\"1\"}")]);
    }

    [Fact]
    public async Task Discards_without_a_log_line()
    {
        var response = await CallAsync("discard", TestRoutes.Payload());

        response.StatusCode.ShouldBe(200);
        response.Body.IsEmpty.ShouldBeTrue();
        _logger.Entries.ShouldBeEmpty();
    }

    [Fact]
    public void Names_what_it_accepts()
    {
        var errors = new List<string>();
        new BuiltinFunctionProvider(_logger).Validate(JsonElement.Parse("""{"name":"nope"}"""), new SettingErrors(errors));
        errors.ShouldBe(["provider.name must be echo (answers with the event), log (writes one log line) or discard (does nothing)"]);
    }

    private async Task<ResponseObject> CallAsync(string name, EventPayload payload)
    {
        using var result = await new BuiltinFunctionProvider(_logger).InvokeAsync(TestRoutes.Builtin(name), TestRoutes.Invocation(payload), default);
        result.Outcome.ShouldBe(FunctionOutcome.Success);
        return ResponseObjectReader.Read(result.Body.ToArray(), new PooledBuffer(), ResponseForms.WithStatusCode).Response.ShouldNotBeNull();
    }
}
