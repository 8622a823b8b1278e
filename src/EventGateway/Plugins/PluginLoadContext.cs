using System.Reflection;
using System.Runtime.Loader;
using EventGateway.Abstractions.Plugins;
using EventGateway.CloudEvents;

namespace EventGateway.Plugins;

/// <summary>
/// Loads a plug-in's dependencies from its directory, in the versions that it was built with. Only the .NET runtime and the
/// assemblies of <see cref="IPlugin"/> and <see cref="CloudEvent"/> are shared with the gateway.
/// </summary>
internal sealed class PluginLoadContext(string path) : AssemblyLoadContext(path)
{
    private static readonly string?[] Shared = [typeof(IPlugin).Assembly.GetName().Name, typeof(CloudEvent).Assembly.GetName().Name];

    private readonly AssemblyDependencyResolver _resolver = new(path);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (Shared.Contains(assemblyName.Name))
        {
            return null;
        }

        if (_resolver.ResolveAssemblyToPath(assemblyName) is { } file)
        {
            return LoadFromAssemblyPath(file);
        }

        // Returning null would load the gateway's own copy, in whatever version it has.
        return IsSelfContained || !File.Exists(Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll"))
            ? null
            : throw new FileNotFoundException($"{assemblyName.Name} is not beside the plug-in.");
    }

    // A self-contained gateway has the .NET runtime in its own directory, which plug-ins need.
    private static bool IsSelfContained { get; } =
        Path.GetDirectoryName(typeof(object).Assembly.Location) == Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;
}
