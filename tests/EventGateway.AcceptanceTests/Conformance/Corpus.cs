using System.Text.Json;
using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Conformance;

/// <summary>The recorded cases and the functions of the recording.</summary>
internal static class Corpus
{
    /// <summary>The address of the functions during the recording. URLs in the cases contain it.</summary>
    private const string RecordedOrigin = "127.0.0.1:4999";

    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The names of the cases, in their order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. LoadCases(4999).Select(c => c.Name)];

    /// <summary>Returns the cases in their order, with another port of the functions.</summary>
    public static IReadOnlyList<RecordedCase> LoadCases(int functionsPort)
    {
        var json = Read("corpus/cases.json").Replace(RecordedOrigin, $"127.0.0.1:{functionsPort}", StringComparison.Ordinal);
        return JsonSerializer.Deserialize<RecordedCase[]>(json, SnakeCase)!;
    }

    /// <summary>Makes a server answer like the functions of the recording.</summary>
    public static void LoadFunctions(FunctionServer server)
    {
        using var functions = JsonDocument.Parse(Read("corpus/functions.json"));
        foreach (var (path, recorded) in functions.RootElement.EnumerateObject().Select(p => (p.Name, p.Value)))
        {
            var status = recorded.GetProperty("status");
            var close = status.ValueKind is JsonValueKind.String;
            server[path] = new FunctionAnswer
            {
                Status = close ? 0 : status.GetInt32(),
                Close = close,
                Headers = [.. recorded.GetProperty("headers").EnumerateObject().Select(h => new HttpField(h.Name, h.Value.GetString()!))],
                Body = recorded.GetProperty("body").GetString()!,
                Delay = TimeSpan.FromSeconds(recorded.GetProperty("delay_seconds").GetDouble()),
            };
        }
    }

    /// <summary>Reads a file of this folder.</summary>
    public static string Read(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Conformance", name));
}
