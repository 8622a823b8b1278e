namespace EventGateway.AcceptanceTests.PowerLoss;

/// <summary>The effect of a system call on the disk.</summary>
internal enum DiskCallKind
{
    /// <summary>Created a file, or emptied one (<see cref="DiskCall.Length"/> is 0).</summary>
    Open,

    /// <summary>Wrote <see cref="DiskCall.Data"/> at <see cref="DiskCall.Offset"/>.</summary>
    Write,

    /// <summary>Set the length of a file.</summary>
    Truncate,

    /// <summary>Began to sync a file or a directory.</summary>
    BeginSync,

    /// <summary>Completed a sync. Everything written before it began is on the disk.</summary>
    EndSync,

    /// <summary>Gave a file the name <see cref="DiskCall.To"/>.</summary>
    Rename,

    /// <summary>Removed a name.</summary>
    Unlink,

    /// <summary>Created a directory.</summary>
    MakeDirectory,
}

/// <summary>A system call of the recorded program.</summary>
/// <param name="Kind">Its effect.</param>
/// <param name="Time">When it began, in seconds since 1970.</param>
/// <param name="Thread">The thread that made it.</param>
/// <param name="Path">The file.</param>
internal sealed record DiskCall(DiskCallKind Kind, double Time, int Thread, string Path)
{
    /// <summary>The new name. Not null for <see cref="DiskCallKind.Rename"/>.</summary>
    public string? To { get; init; }

    /// <summary>The written bytes. Default: none.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>Where it was written, in bytes.</summary>
    public long Offset { get; init; }

    /// <summary>The new length in bytes. Null when the length does not change.</summary>
    public long? Length { get; init; }
}
