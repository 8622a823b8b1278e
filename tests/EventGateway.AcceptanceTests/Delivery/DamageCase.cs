namespace EventGateway.AcceptanceTests.Delivery;

/// <summary>One kind of damage to one file of a data directory.</summary>
/// <param name="File">The file, relative to the data directory.</param>
/// <param name="Kind">The kind of damage.</param>
/// <param name="Position">The damaged page, from 0 (the first) to 1 (the last). Null when the kind damages no particular page.</param>
internal sealed record DamageCase(string File, DamageKind Kind, double? Position = null)
{
    private const int Page = 4096;

    /// <summary>Damages the file.</summary>
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
                Change(path, static file => file.Write("This text is neither a database nor a log of one. It replaces the file's header."u8));
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

/// <summary>The kinds of damage.</summary>
internal enum DamageKind
{
    /// <summary>The file is deleted.</summary>
    Deleted,

    /// <summary>The file is empty.</summary>
    Empty,

    /// <summary>The second half of the file is missing.</summary>
    CutInHalf,

    /// <summary>One page contains only zeros.</summary>
    ZeroPage,

    /// <summary>512 bytes of one page are random.</summary>
    RandomBytes,

    /// <summary>The header of the file is overwritten with text.</summary>
    Header,

    /// <summary>The file is replaced with the file of another store.</summary>
    OtherStore,
}
