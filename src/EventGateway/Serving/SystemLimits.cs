using System.Globalization;

namespace EventGateway.Serving;

/// <summary>Reads the limits that Linux sets for this process. Null means no limit, or an unknown one.</summary>
internal static class SystemLimits
{
    /// <summary>Reads the maximum number of file descriptors (RLIMIT_NOFILE). .NET has raised the soft limit to the hard limit at its start.</summary>
    public static long? ReadDescriptors() => ReadLimit("Max open files");

    /// <summary>Reads the maximum number of threads: of the user (RLIMIT_NPROC) or of the control group (pids.max), whichever is lower.</summary>
    public static long? ReadThreads() => new[] { ReadLimit("Max processes"), FindPids(Lines("/proc/self/cgroup"), static path => Lines(path).FirstOrDefault()) }.Min();

    /// <summary>Finds the lowest limit of a process's control groups and their parents.</summary>
    /// <param name="groups">The lines of <c>/proc/self/cgroup</c>.</param>
    /// <param name="read">Returns the text of a file, or null when there is no file.</param>
    internal static long? FindPids(IEnumerable<string> groups, Func<string, string?> read)
    {
        long? lowest = null;
        foreach (var group in groups)
        {
            // Such as "0::/system.slice/x.service" or, in version 1, "8:pids:/x".
            if (group.Split(':', 3) is not [_, "" or "pids", var path] || path.Length == 0)
            {
                continue;
            }

            var root = group.StartsWith("0::", StringComparison.Ordinal) ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids";
            for (var end = path.TrimEnd('/').Length; end >= 0; end = end == 0 ? -1 : path.LastIndexOf('/', end - 1))
            {
                lowest = new[] { lowest, Number(read($"{root}{path[..end]}/pids.max")) }.Min();
            }
        }

        return lowest;
    }

    private static long? ReadLimit(string name)
    {
        var line = Lines("/proc/self/limits").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return Number(line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0]);
    }

    // "max" and "unlimited" mean no limit.
    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not Linux, or no such limit.
            return [];
        }
    }
}
