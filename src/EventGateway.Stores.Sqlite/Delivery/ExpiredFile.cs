using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// Deletes the files of removed segments. The file gets another name and is emptied before it is taken off the manifest, so
/// that after a crash it is neither opened nor reported as missing.
/// </summary>
internal static class ExpiredFile
{
    private const string Mark = ".expired";

    /// <summary>Deletes a file. Needs no room on the disk until the file is empty.</summary>
    /// <exception cref="IOException">The disk is full or fails. Can be called again.</exception>
    public static void Delete(DeliveryFile file, Manifest manifest)
    {
        var expired = file.Path + Mark;
        if (File.Exists(file.Path))
        {
            File.Move(file.Path, expired, overwrite: true);

            // Before it is emptied: a power loss must not leave the old name with nothing in it.
            DurableFile.SyncDirectory(manifest.PathOf(Manifest.Deliveries));
        }

        file.Delete();
        Forget(expired, manifest);
    }

    /// <summary>Deletes the files whose deletion was interrupted.</summary>
    public static void DeleteLeftOver(Manifest manifest)
    {
        foreach (var expired in Directory.GetFiles(manifest.PathOf(Manifest.Deliveries), "*" + Mark))
        {
            try
            {
                Forget(expired, manifest);
            }
            catch (IOException)
            {
                // The file holds nothing that anyone needs. The next start tries again.
            }
        }
    }

    private static void Forget(string expired, Manifest manifest)
    {
        if (File.Exists(expired))
        {
            using var file = File.OpenHandle(expired, FileMode.Truncate, FileAccess.Write);
        }

        manifest.Remove(Manifest.NameOf(expired[..^Mark.Length]));
        File.Delete(expired);
    }
}
