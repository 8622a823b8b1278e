using System.Reflection;
using System.Runtime.Loader;
using EventGateway.Core.Plugins;

namespace EventGateway.Plugins;

/// <summary>
/// Loads a plug-in's dependencies from beside it, in the versions that it was built with, whatever the gateway itself uses.
/// Only <c>EventGateway.Core</c>, through which the two talk, and the .NET runtime are shared.
/// </summary>
internal sealed class PluginLoadContext(string path) : AssemblyLoadContext(path, isCollectible: true)
{
    private static readonly string? Shared = typeof(IPlugin).Assembly.GetName().Name;

    private readonly AssemblyDependencyResolver _resolver = new(path);

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName) =>
        assemblyName.Name != Shared && _resolver.ResolveAssemblyToPath(assemblyName) is { } file ? LoadFromAssemblyPath(file) : null;

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
        _resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } file ? LoadUnmanagedDllFromPath(file) : 0;
}
