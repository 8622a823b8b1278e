using EventGateway.AcceptanceTests.Harness;
using EventGateway.AcceptanceTests.Plugins;
using Shouldly;

namespace EventGateway.AcceptanceTests.Documentation;

/// <summary>Runs the commands of documents in order, as a new user does, with a new gateway.</summary>
public sealed class DocumentationTests
{
    private const int EventsPort = 4000;
    private const int ConfigPort = 4001;

    private static readonly string Root = Path.GetFullPath(Path.Combine(PluginPaths.Rejecting, "..", "..", "..", "..", "..", ".."));
    private static readonly string Mirror = PluginPaths.Rejecting.Replace("RejectingPlugin", "Mirror", StringComparison.Ordinal);

    /// <summary>The names of the documents, and the port of the function in each.</summary>
    public static TheoryData<string, int> Documents { get; } = new()
    {
        { "authorizers.md", 5000 },
        { "events-api.md", 5000 },
        { "functions.md", 5000 },
        { "plugins.md", 5000 },
        { "quick-start.md", 5000 },
        { "system-events.md", 5000 },
        { "guides/receive-webhooks.md", 7003 },
        { "guides/rest-api.md", 7001 },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Every_command_prints_the_output_in_the_document(string document, int documentedPort)
    {
        var functionPort = FreePort.Next();
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            Arguments = document switch
            {
                "plugins.md" => ["--plugin", PluginPaths.Rejecting],
                "quick-start.md" => ["--dev"],
                _ => [],
            },
            Environment = new Dictionary<string, string>
            {
                ["AWS_ACCESS_KEY_ID"] = "local",
                ["AWS_SECRET_ACCESS_KEY"] = "local",
                ["REJECTING_PLUGIN"] = "--reject order.cancelled",
                ["GCE_METADATA_HOST"] = $"localhost:{functionPort}",
            },
        });
        (int Documented, int Actual)[] ports = [(EventsPort, gateway.EventsPort), (ConfigPort, gateway.ConfigPort), (documentedPort, functionPort)];
        using var directory = new TemporaryDirectory();
        await using var terminal = new Terminal(directory.Path);
        await using var other = new Terminal(directory.Path);
        var steps = DocumentedStep.Read(await File.ReadAllTextAsync(Path.Combine(Root, "docs", document), TestContext.Current.CancellationToken));
        if (!steps.Exists(static step => step.StaysRunning))
        {
            await StartFunctionAsync(other, $"dotnet {Mirror} {functionPort}", functionPort);
        }

        var compared = 0;
        var differences = new List<string>();
        foreach (var step in steps)
        {
            var text = ports.Aggregate(step.Text, static (text, port) => Replace(text, port.Documented, port.Actual));
            if (step.File is { } file)
            {
                await File.WriteAllTextAsync(Path.Combine(directory.Path, file), text, TestContext.Current.CancellationToken);
            }
            else if (step.StaysRunning)
            {
                await StartFunctionAsync(other, text, functionPort);
            }
            else if (step.IsCommand)
            {
                var printed = await terminal.RunAsync(text);
                if (step.Prints is { } prints)
                {
                    compared++;
                    printed = Printed.Normalize(ports.Aggregate(printed, static (text, port) => Replace(text, port.Actual, port.Documented)));
                    if (printed != Printed.Normalize(prints))
                    {
                        differences.Add($"{document}, line {step.Line}, prints\n{printed}\ninstead of\n{Printed.Normalize(prints)}\n");
                    }
                }
            }
        }

        compared.ShouldBeGreaterThan(0);
        differences.ShouldBeEmpty();
    }

    private static async Task StartFunctionAsync(Terminal terminal, string command, int port)
    {
        await terminal.StartAsync(command);
        await Eventually.TrueAsync(() => Listener.IsThereAsync(port), $"\"{command}\" listens");
    }

    // Replaces a port in addresses, and in the call that makes a Node server listen.
    private static string Replace(string text, int from, int to) => text
        .Replace($"localhost:{from}", $"localhost:{to}", StringComparison.Ordinal)
        .Replace($"127.0.0.1:{from}", $"127.0.0.1:{to}", StringComparison.Ordinal)
        .Replace($"listen({from})", $"listen({to})", StringComparison.Ordinal);
}
