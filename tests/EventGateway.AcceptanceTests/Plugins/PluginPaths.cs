using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Plugins;

/// <summary>Where the plug-ins of the tests are, built in the same configuration as the tests.</summary>
internal static class PluginPaths
{
    /// <summary>The example.</summary>
    public static string Rejecting { get; } = Find("examples", "RejectingPlugin");

    /// <summary>One that does what no plug-in should.</summary>
    public static string Misbehaving { get; } = Find("tests", "Fixtures", "MisbehavingPlugin");

    private static string Find(params string[] project)
    {
        // <root>/src/EventGateway/bin/<configuration>/<framework>/event-gateway.dll
        var output = new FileInfo(GatewayProcess.ProgramPath).Directory!;
        var root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine([root, .. project, "bin", output.Parent.Name, output.Name, project[^1] + ".dll"]);
    }
}
