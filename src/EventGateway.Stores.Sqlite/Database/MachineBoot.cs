namespace EventGateway.Stores.Sqlite.Database;

/// <summary>Tells one boot of a machine from another, and from those of other machines.</summary>
internal static class MachineBoot
{
    /// <summary>The id of the boot. Null when the system has none.</summary>
    public static string? Id { get; } = Read("/proc/sys/kernel/random/boot_id");

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } id ? id : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
