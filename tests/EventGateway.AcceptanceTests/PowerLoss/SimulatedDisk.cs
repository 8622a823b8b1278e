namespace EventGateway.AcceptanceTests.PowerLoss;

/// <summary>
/// A disk that loses data at a power loss: only synced files and names survive for sure. A name is synced with its directory,
/// not with its file. Writes that were not synced survive or not, and in any order, sector by sector.
/// </summary>
/// <param name="root">The directory that exists from the start.</param>
internal sealed class SimulatedDisk(string root)
{
    // A null file is a directory.
    private readonly Dictionary<string, SimulatedFile?> _names = [];
    private readonly Dictionary<string, SimulatedFile?> _durable = [];
    private readonly List<(string Directory, DiskCall Call, SimulatedFile? File)> _pending = [];
    private readonly Dictionary<int, (SimulatedFile? File, int Count, HashSet<DiskCall> Names)> _syncing = [];

    /// <summary>Adds the next call.</summary>
    public void Add(DiskCall call)
    {
        switch (call.Kind)
        {
            case DiskCallKind.Open:
                if (!_names.TryGetValue(call.Path, out var opened))
                {
                    Change(call, new SimulatedFile());
                }
                else if (call.Length is not null)
                {
                    opened!.Add(call);
                }

                break;
            case DiskCallKind.Write or DiskCallKind.Truncate:
                _names[call.Path]!.Add(call);
                break;
            case DiskCallKind.Rename:
                Change(call, _names[call.Path]);
                break;
            case DiskCallKind.Unlink when !_names.ContainsKey(call.Path):
                break;
            case DiskCallKind.Unlink or DiskCallKind.MakeDirectory:
                Change(call, null);
                break;
            case DiskCallKind.BeginSync:
                var file = _names.GetValueOrDefault(call.Path);
                _syncing[call.Thread] = (file, file?.Pending ?? 0, [.. _pending.Where(item => item.Directory == call.Path).Select(item => item.Call)]);
                break;
            case DiskCallKind.EndSync:
                _syncing.Remove(call.Thread, out var sync);
                sync.File?.Sync(sync.Count);
                foreach (var item in _pending.Where(item => sync.Names.Contains(item.Call)))
                {
                    Apply(_durable, item.Call, item.File);
                }

                _pending.RemoveAll(item => sync.Names.Contains(item.Call));
                break;
        }
    }

    /// <summary>Writes the files that a power loss at this moment may leave into a directory, which replaces the root.</summary>
    public void Survive(Random random, string directory)
    {
        var names = new Dictionary<string, SimulatedFile?>(_durable);
        var (chance, lost) = (random.Next(3) / 2.0, new HashSet<string>());
        foreach (var (_, call, file) in _pending)
        {
            // A later file of the same name cannot survive without this one.
            if (!lost.Contains(call.Path) && !(call.To is { } to && lost.Contains(to)) && random.NextDouble() < chance)
            {
                Apply(names, call, file);
                continue;
            }

            lost.Add(call.Path);
            lost.UnionWith(call.To is { } other ? [other] : []);
        }

        foreach (var (name, file) in names.OrderBy(item => item.Key.Length))
        {
            var parent = Path.GetDirectoryName(name)!;
            var path = directory + name[root.Length..];
            if (parent != root && !Directory.Exists(Path.GetDirectoryName(path)))
            {
                continue;
            }

            if (file is null)
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                File.WriteAllBytes(path, file.Survive(random));
            }
        }
    }

    private void Change(DiskCall call, SimulatedFile? file)
    {
        Apply(_names, call, file);
        _pending.Add((Path.GetDirectoryName(call.Path)!, call, file));
    }

    private static void Apply(Dictionary<string, SimulatedFile?> names, DiskCall call, SimulatedFile? file)
    {
        if (call.Kind is DiskCallKind.Unlink or DiskCallKind.Rename)
        {
            names.Remove(call.Path);
        }

        if (call.Kind is not DiskCallKind.Unlink)
        {
            names[call.To ?? call.Path] = file;
        }
    }
}
