using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using EventGateway.Abstractions.Plugins;
using EventGateway.Engine.Plugins;

namespace EventGateway.Plugins;

/// <summary>An assembly with plug-ins, loaded in its own load context.</summary>
internal sealed class PluginAssembly
{
    private readonly Type[] _types;

    private PluginAssembly(string path, Type[] types)
    {
        Path = path;
        _types = types;
    }

    /// <summary>The assembly's path, as the operator gave it.</summary>
    public string Path { get; }

    /// <summary>Loads an assembly and finds its plug-ins without running its code.</summary>
    /// <param name="path">The path of the assembly.</param>
    /// <param name="assembly">The assembly, unless there is an error.</param>
    /// <param name="error">Why the assembly cannot be used.</param>
    public static bool TryOpen(string path, [NotNullWhen(true)] out PluginAssembly? assembly, [NotNullWhen(false)] out string? error)
    {
        assembly = null;
        if (!File.Exists(path))
        {
            error = "there is no such file; accepted: the path of a .NET assembly with a plug-in.";
            return false;
        }

        try
        {
            var full = System.IO.Path.GetFullPath(path);
            var types = new PluginLoadContext(full).LoadFromAssemblyPath(full).GetTypes();
            Type[] plugins = [.. types.Where(static type => type is { IsClass: true, IsAbstract: false, IsVisible: true } && type.IsAssignableTo(typeof(IPlugin)))];
            error = plugins.Length == 0 ? $"it has no public class that implements {typeof(IPlugin).FullName}."
                : Array.Find(plugins, static type => type.ContainsGenericParameters || type.GetConstructor([]) is null) is { } type
                    ? $"{type.FullName} has no public constructor without parameters."
                : null;
            assembly = error is null ? new PluginAssembly(path, plugins) : null;
        }
        catch (ReflectionTypeLoadException exception)
        {
            error = $"it cannot be loaded: {string.Join(" ", exception.LoaderExceptions.Select(cause => cause?.Message).Distinct(StringComparer.Ordinal))}";
        }
        catch (BadImageFormatException exception)
        {
            error = $"it is not a .NET assembly for this machine: {exception.Message}";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or TypeLoadException or ArgumentException)
        {
            error = $"it cannot be loaded: {exception.Message}";
        }

        return error is null;
    }

    /// <summary>Creates the plug-ins.</summary>
    /// <param name="plugins">Takes the plug-ins.</param>
    /// <param name="limits">The deadlines of plug-ins.</param>
    /// <returns>The errors of plug-ins that could not be created.</returns>
    public async Task<IReadOnlyList<string>> CreateAsync(ICollection<LoadedPlugin> plugins, PluginLimits limits, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(plugins);
        var errors = new List<string>();
        foreach (var type in _types)
        {
            var (plugin, error) = await LoadedPlugin.CreateAsync(type.FullName!, () => (IPlugin)Activator.CreateInstance(type)!, limits, timeProvider);
            if (plugin is not null)
            {
                plugins.Add(plugin);
            }
            else
            {
                errors.Add(error!);
            }
        }

        return errors;
    }
}
