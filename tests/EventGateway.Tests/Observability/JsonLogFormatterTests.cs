using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using EventGateway.Observability;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Observability;

public sealed class JsonLogFormatterTests
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

    [Fact]
    public void Writes_one_flat_object_in_a_line() => Write(
        LogLevel.Warning,
        new EventId(LogEvents.RequestMistake, "LogMistake"),
        "EventGateway.Serving.X",
        "Refused it's a/b.",
        null,
        ("Path", "a/b"),
        ("RemoteAddress", "::1"),
        ("Status", 400),
        ("Bytes", 5L),
        ("Share", 0.5),
        ("IsOpen", true),
        ("Wait", TimeSpan.FromSeconds(30)),
        ("DueAt", new DateTimeOffset(2026, 1, 2, 4, 4, 5, TimeSpan.FromHours(1))),
        ("Cause", null),
        ("{OriginalFormat}", "Refused {Path}."))
        .ShouldBe("""
            {"timestamp":"2026-01-02T03:04:05.678Z","level":"warn","message":"Refused it's a/b.","event":"RequestMistake","code":106,"logger":"EventGateway.Serving.X","path":"a/b","remoteAddress":"::1","status":400,"bytes":5,"share":0.5,"isOpen":true,"wait":"00:00:30","dueAt":"2026-01-02T03:04:05.000Z","cause":null}

            """.ReplaceLineEndings("\n"));

    [Theory]
    [InlineData(LogLevel.Debug, "debug")]
    [InlineData(LogLevel.Information, "info")]
    [InlineData(LogLevel.Warning, "warn")]
    [InlineData(LogLevel.Error, "error")]
    public void Names_levels_as_the_option_does(LogLevel level, string name) =>
        JsonElement.Parse(Write(level, default, "x", "m", null)).GetProperty("level").GetString().ShouldBe(name);

    [Fact]
    public void Has_the_exception_as_text() =>
        JsonElement.Parse(Write(LogLevel.Error, default, "x", "m", new InvalidOperationException("broken\nin two")))
            .GetProperty("exception").GetString()!.ShouldStartWith("System.InvalidOperationException: broken\nin two");

    [Fact]
    public void Has_the_span_that_is_current()
    {
        using var activity = new Activity("x").SetIdFormat(ActivityIdFormat.W3C).Start();

        var entry = JsonElement.Parse(Write(LogLevel.Information, default, "x", "m", null));

        entry.GetProperty("traceId").GetString().ShouldBe(activity.TraceId.ToHexString());
        entry.GetProperty("spanId").GetString().ShouldBe(activity.SpanId.ToHexString());
    }

    [Fact]
    public void Writes_one_line_that_reads_back_as_the_text_of_the_message() => Gen.String.Sample(text =>
    {
        var line = Write(LogLevel.Information, default, "x", text, null, ("Value", text));

        line.IndexOf('\n').ShouldBe(line.Length - 1);
        LogText.Escape(line[..^1]).ShouldBe(line[..^1]);
        var valid = System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
        JsonElement.Parse(line).GetProperty("message").GetString().ShouldBe(valid);
        JsonElement.Parse(line).GetProperty("value").GetString().ShouldBe(valid);
    });

    [Fact]
    public void Names_the_event_of_each_log_line_of_the_program()
    {
        var lines = Lines().ToList();

        lines.Count.ShouldBeGreaterThan(50);
        lines.Where(static line => LogEventNames.Find("EventGateway.X", new EventId(line.EventId, "Log")) is null or "Log").ShouldBeEmpty();
    }

    [Fact]
    public void No_message_of_the_program_has_a_value_with_the_name_of_another_field() =>
        Lines()
            .SelectMany(static line => Regex.Matches(line.Message, "\\{(?<name>\\w+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(static match => match.Groups["name"].Value))
            .Where(static name => JsonLogFormatter.Reserved.Except(["traceId"]).Contains(JsonNamingPolicy.CamelCase.ConvertName(name)))
            .ShouldBeEmpty();

    private static IEnumerable<LoggerMessageAttribute> Lines() =>
        from assembly in GatewayAssemblies.All
        from type in assembly.GetTypes()
        from method in type.GetMethods(Any)
        let line = method.GetCustomAttribute<LoggerMessageAttribute>()
        where line is not null
        select line;

    private static string Write(LogLevel level, EventId id, string category, string message, Exception? exception, params (string Name, object? Value)[] values)
    {
        using var output = new StringWriter();
        IReadOnlyList<KeyValuePair<string, object?>> state = [.. values.Select(static value => new KeyValuePair<string, object?>(value.Name, value.Value))];
        new JsonLogFormatter(Clock).Write(new LogEntry<IReadOnlyList<KeyValuePair<string, object?>>>(level, category, id, state, exception, (_, _) => message), null, output);
        return output.ToString();
    }
}
