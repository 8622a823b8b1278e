using EventGateway.AcceptanceTests.Harness;
using EventGateway.AcceptanceTests.Plugins;
using Shouldly;

namespace EventGateway.AcceptanceTests.Documentation;

/// <summary>Runs the commands of documents in order, as a new user does. No document disturbs one that is followed later with the same gateway.</summary>
public sealed class DocumentationTests
{
    // That of examples/Mirror, which several documents start.
    private const int MirrorPort = 7005;

    // The ports of the functions that documents start.
    private static readonly Dictionary<string, int> FunctionPorts = new()
    {
        ["delivery.md"] = 7009,
        ["guides/receive-webhooks.md"] = 7003,
        ["guides/rest-api.md"] = 7001,
        ["guides/send-webhooks.md"] = 7002,
        ["quick-start.md"] = 7010,
    };

    private static readonly string Root = Path.GetFullPath(Path.Combine(PluginPaths.Rejecting, "..", "..", "..", "..", "..", ".."));
    private static readonly string Mirror = PluginPaths.Rejecting.Replace("RejectingPlugin", "Mirror", StringComparison.Ordinal);

    /// <summary>The option that the documents start the gateway with, and their names.</summary>
    public static TheoryData<string, string[]> Documents { get; } = new()
    {
        {
            "--dev",
            [
                "quick-start.md", "guides/rest-api.md", "guides/send-webhooks.md", "guides/receive-webhooks.md",
                "events-api.md", "delivery.md", "functions.md", "authorizers.md", "system-events.md",
            ]
        },
        { "--plugin", ["plugins.md"] },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Every_command_of_documents_that_are_followed_one_after_the_other_prints_the_output_in_them(string option, string[] documents)
    {
        var ports = FunctionPorts.Values.Append(MirrorPort).ToDictionary(static port => port, static _ => FreePort.Next());
        await using var gateway = await GatewayProcess.StartAsync(new GatewayOptions
        {
            Arguments = option is "--plugin" ? [option, PluginPaths.Rejecting] : [option],
            Environment = new Dictionary<string, string>
            {
                ["AWS_ACCESS_KEY_ID"] = "local",
                ["AWS_SECRET_ACCESS_KEY"] = "local",
                ["REJECTING_PLUGIN"] = "--reject order.cancelled",
                ["GCE_METADATA_HOST"] = $"localhost:{ports[MirrorPort]}",
            },
        });
        (ports[4000], ports[4001]) = (gateway.EventsPort, gateway.ConfigPort);
        using var directory = new TemporaryDirectory();
        await using var mirror = new Terminal(directory.Path);
        await StartFunctionAsync(mirror, $"dotnet {Mirror} {ports[MirrorPort]}", ports[MirrorPort]);
        var differences = new List<string>();
        foreach (var document in documents)
        {
            await FollowAsync(document, directory.Path, ports, differences);
        }

        differences.ShouldBeEmpty();
    }

    private static async Task FollowAsync(string document, string directory, Dictionary<int, int> ports, List<string> differences)
    {
        await using var terminal = new Terminal(directory);
        await using var other = new Terminal(directory);
        var compared = 0;
        foreach (var step in DocumentedStep.Read(await File.ReadAllTextAsync(Path.Combine(Root, "docs", document), TestContext.Current.CancellationToken)))
        {
            var text = ports.Aggregate(step.Text, static (text, port) => Replace(text, port.Key, port.Value));
            if (step.File is { } file)
            {
                await File.WriteAllTextAsync(Path.Combine(directory, file), text, TestContext.Current.CancellationToken);
            }
            else if (step.StaysRunning)
            {
                await StartFunctionAsync(other, text, ports[FunctionPorts[document]]);
            }
            else if (step.IsCommand)
            {
                var printed = await terminal.RunAsync(text);
                if (step.Prints is { } prints)
                {
                    compared++;
                    printed = Printed.Normalize(ports.Aggregate(printed, static (text, port) => Replace(text, port.Value, port.Key)));
                    if (printed != Printed.Normalize(prints))
                    {
                        differences.Add($"{document}, line {step.Line}, prints\n{printed}\ninstead of\n{Printed.Normalize(prints)}\n");
                    }
                }
            }
        }

        compared.ShouldBeGreaterThan(0, document);
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
