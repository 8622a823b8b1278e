using EventGateway.AcceptanceTests.Harness;

namespace EventGateway.AcceptanceTests.Plugins;

/// <summary>The assemblies of the plug-ins, built in the same configuration as the tests.</summary>
internal static class PluginPaths
{
    /// <summary>The example plug-in.</summary>
    public static string Rejecting { get; } = Find("examples", "RejectingPlugin");

    /// <summary>A plug-in that throws, hangs and blocks threads.</summary>
    public static string Misbehaving { get; } = Find("tests", "Fixtures", "MisbehavingPlugin");

    private static string Find(params string[] project)
    {
        // <root>/src/EventGateway/bin/<configuration>/<framework>/event-gateway.dll
        var output = new FileInfo(GatewayProcess.ProgramPath).Directory!;
        var root = output.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return Path.Combine([root, .. project, "bin", output.Parent.Name, output.Name, project[^1] + ".dll"]);
    }
}
