using System.Reflection;
using System.Runtime.Loader;
using EventGateway.Abstractions.Plugins;
using EventGateway.CloudEvents;

namespace EventGateway.Plugins;

/// <summary>
/// Loads a plug-in's dependencies from beside it, in the versions that it was built with, whatever the gateway itself uses.
/// Only the .NET runtime and the assemblies of <see cref="IPlugin"/> and <see cref="CloudEvent"/> are shared.
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

        // Null would take the gateway's own, whichever version that has today.
        return IsSelfContained || !File.Exists(Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll"))
            ? null
            : throw new FileNotFoundException($"{assemblyName.Name} is not beside the plug-in.");
    }

    // The .NET runtime lies among the gateway's own assemblies then, and plug-ins are to have it.
    private static bool IsSelfContained { get; } =
        Path.GetDirectoryName(typeof(object).Assembly.Location) == Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;
}
