using System.Reflection;
using System.Runtime.Loader;
using EventGateway.Core.Plugins;

namespace EventGateway.Plugins;

/// <summary>
/// Loads a plug-in's dependencies from beside it, in the versions that it was built with, whatever the gateway itself uses.
/// Only <c>EventGateway.Core</c>, through which the two talk, and the .NET runtime are shared, and what <c>EventGateway.Core</c>
/// needs where the plug-in does not bring it.
/// </summary>
internal sealed class PluginLoadContext(string path) : AssemblyLoadContext(path)
{
    private static readonly Assembly Core = typeof(IPlugin).Assembly;
    private static readonly HashSet<string?> NeededByCore = [.. Core.GetReferencedAssemblies().Select(static reference => reference.Name)];

    private readonly AssemblyDependencyResolver _resolver = new(path);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (assemblyName.Name == Core.GetName().Name)
        {
            return null;
        }

        if (_resolver.ResolveAssemblyToPath(assemblyName) is { } file)
        {
            return LoadFromAssemblyPath(file);
        }

        // Null would take the gateway's own, whichever version that has today.
        return IsSelfContained || NeededByCore.Contains(assemblyName.Name) || !File.Exists(Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll"))
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
