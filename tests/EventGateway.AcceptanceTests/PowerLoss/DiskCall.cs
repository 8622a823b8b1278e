namespace EventGateway.AcceptanceTests.PowerLoss;

/// <summary>What a system call did to the disk.</summary>
internal enum DiskCallKind
{
    /// <summary>Created a file, or emptied one (<see cref="DiskCall.Length"/> is 0).</summary>
    Open,

    /// <summary>Wrote <see cref="DiskCall.Data"/> at <see cref="DiskCall.Offset"/>.</summary>
    Write,

    /// <summary>Set the length of a file.</summary>
    Truncate,

    /// <summary>Began to bring a file or a directory to the disk.</summary>
    BeginSync,

    /// <summary>A sync is done; what was written before it began is on the disk.</summary>
    EndSync,

    /// <summary>Gave a file the name <see cref="DiskCall.To"/>.</summary>
    Rename,

    /// <summary>Removed a name.</summary>
    Unlink,

    /// <summary>Created a directory.</summary>
    MakeDirectory,
}

/// <summary>A system call of the recorded program.</summary>
/// <param name="Kind">What it did.</param>
/// <param name="Time">When it began, in seconds since 1970.</param>
/// <param name="Thread">The thread that made it.</param>
/// <param name="Path">The file.</param>
internal sealed record DiskCall(DiskCallKind Kind, double Time, int Thread, string Path)
{
    /// <summary>The new name. Not null for <see cref="DiskCallKind.Rename"/>.</summary>
    public string? To { get; init; }

    /// <summary>What was written. Default: nothing.</summary>
    public byte[] Data { get; init; } = [];

    /// <summary>Where it was written, in bytes.</summary>
    public long Offset { get; init; }

    /// <summary>The new length in bytes. Null for a file that is opened as it is.</summary>
    public long? Length { get; init; }
}
