namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>One way to damage one file of a data directory.</summary>
/// <param name="File">The file, relative to the data directory.</param>
/// <param name="Kind">What is done to it.</param>
/// <param name="Position">Where, from 0 (the first page) to 1 (the last page). Null means that the kind has no place.</param>
internal sealed record DamageCase(string File, DamageKind Kind, double? Position = null)
{
    private const int Page = 4096;

    /// <summary>Does it.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="other">The data directory of another store.</param>
    public void Apply(string directory, string other)
    {
        var path = Path.Combine(directory, File);
        switch (Kind)
        {
            case DamageKind.Deleted:
                System.IO.File.Delete(path);
                break;
            case DamageKind.Empty:
                Change(path, static file => file.SetLength(0));
                break;
            case DamageKind.CutInHalf:
                Change(path, static file => file.SetLength(file.Length / 2));
                break;
            case DamageKind.ZeroPage:
                Change(path, file => Write(file, new byte[Page]));
                break;
            case DamageKind.RandomBytes:
                var bytes = new byte[512];
                new Random(4711).NextBytes(bytes);
                Change(path, file => Write(file, bytes, Page / 4));
                break;
            case DamageKind.Header:
                Change(path, static file => file.Write("This is not a database, and not the log of one either, but a text of some length."u8));
                break;
            case DamageKind.OtherStore:
                var foreign = Path.Combine(other, File);
                System.IO.File.Copy(System.IO.File.Exists(foreign) ? foreign : Path.Combine(other, "deliveries", "1.db"), path, overwrite: true);
                System.IO.File.Delete(path + "-wal");
                System.IO.File.Delete(path + "-shm");
                break;
        }
    }

    private static void Change(string path, Action<FileStream> change)
    {
        using var file = System.IO.File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        change(file);
    }

    private void Write(FileStream file, byte[] bytes, int offset = 0)
    {
        file.Position = ((long)Math.Round(Position!.Value * Math.Max(0, (file.Length / Page) - 1)) * Page) + offset;
        file.Write(bytes);
    }
}

/// <summary>What is done to a file.</summary>
internal enum DamageKind
{
    /// <summary>It is deleted.</summary>
    Deleted,

    /// <summary>It has no bytes.</summary>
    Empty,

    /// <summary>Its second half is cut off.</summary>
    CutInHalf,

    /// <summary>A page has zeros only.</summary>
    ZeroPage,

    /// <summary>512 bytes in a page are others.</summary>
    RandomBytes,

    /// <summary>Its first bytes are others.</summary>
    Header,

    /// <summary>The file of another store is in its place.</summary>
    OtherStore,
}
