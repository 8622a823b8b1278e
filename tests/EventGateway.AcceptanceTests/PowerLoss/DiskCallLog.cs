using System.Globalization;
using System.Text;

namespace EventGateway.AcceptanceTests.PowerLoss;

/// <summary>Reads the output of <c>strace</c>.</summary>
internal static class DiskCallLog
{
    /// <summary>The arguments that make <c>strace</c> record all that <see cref="Read"/> needs.</summary>
    public static string[] Arguments(string file) =>
    [
        "-D", "-f", "-q", "-y", "-ttt", "-xx", "-s", "1000000", "--seccomp-bpf", "-e", "signal=none",
        "-e", "trace=openat,creat,open,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,ftruncate,truncate,fallocate,"
            + "rename,renameat,renameat2,link,linkat,unlink,unlinkat,mkdir,mkdirat,rmdir",
        "-o", $"|cat > '{file}' && touch '{file}.done'",
    ];

    /// <summary>Whether the recorded program has ended, and the record is complete.</summary>
    public static bool IsComplete(string file) => File.Exists(file + ".done");

    /// <summary>Reads the calls that concern files below a directory, in their order. The indexes that SQLite rebuilds are left out.</summary>
    public static List<DiskCall> Read(string file, string directory)
    {
        var calls = new List<DiskCall>();
        var syncing = new Dictionary<int, string>();
        var encoded = string.Concat(Encoding.UTF8.GetBytes(directory).Select(static value => $"\\x{value:x2}"));
        foreach (var line in File.ReadLines(file))
        {
            var parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
            var (thread, time) = (int.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
            if (parts[2].StartsWith("<... ", StringComparison.Ordinal))
            {
                if (syncing.Remove(thread, out var path))
                {
                    calls.Add(new DiskCall(DiskCallKind.EndSync, time, thread, path));
                }

                continue;
            }

            if (Parse(parts[2], thread, time, encoded) is not { } call || !IsBelow(call.Path, directory))
            {
                continue;
            }

            calls.Add(call);
            if (call.Kind is DiskCallKind.BeginSync)
            {
                if (parts[2].EndsWith("<unfinished ...>", StringComparison.Ordinal))
                {
                    syncing.Add(thread, call.Path);
                }
                else
                {
                    calls.Add(call with { Kind = DiskCallKind.EndSync });
                }
            }
        }

        return calls;
    }

    private static bool IsBelow(string path, string directory) =>
        (path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal)) && !path.EndsWith("-shm", StringComparison.Ordinal);

    private static DiskCall? Parse(string text, int thread, double time, string directory)
    {
        var bracket = text.IndexOf('(', StringComparison.Ordinal);
        if (bracket < 0 || text.Contains(") = -1 ", StringComparison.Ordinal) || text.Contains("(deleted)", StringComparison.Ordinal))
        {
            return null;
        }

        var arguments = text.AsSpan(bracket + 1);
        switch (text[..bracket])
        {
            case "fsync" or "fdatasync":
                return new DiskCall(DiskCallKind.BeginSync, time, thread, Decode(Between(arguments, '<', '>')));
            case "pwrite64":
                var path = Decode(Between(arguments, '<', '>'));
                var rest = arguments[(arguments.IndexOf('"') + 1)..];
                var data = DecodeBytes(rest[..rest.IndexOf('"')]);
                var numbers = rest[(rest.IndexOf('"') + 1)..].ToString().Split([' ', ',', ')'], StringSplitOptions.RemoveEmptyEntries);
                data.Length.ShouldBeTheWhole(numbers[0]);
                return new DiskCall(DiskCallKind.Write, time, thread, path) { Data = data, Offset = long.Parse(numbers[1], CultureInfo.InvariantCulture) };
            case "ftruncate":
                var length = arguments[(arguments.IndexOf('>') + 2)..].ToString().Trim().Split(')', ' ')[0];
                return new DiskCall(DiskCallKind.Truncate, time, thread, Decode(Between(arguments, '<', '>')))
                {
                    Length = long.Parse(length, CultureInfo.InvariantCulture),
                };
            case "openat" when text.Contains("O_CREAT", StringComparison.Ordinal) || text.Contains("O_TRUNC", StringComparison.Ordinal):
                return new DiskCall(DiskCallKind.Open, time, thread, Decode(Between(arguments, '"', '"')))
                {
                    Length = text.Contains("O_TRUNC", StringComparison.Ordinal) ? 0 : null,
                };
            case "unlink":
                return new DiskCall(DiskCallKind.Unlink, time, thread, Decode(Between(arguments, '"', '"')));
            case "mkdir":
                return new DiskCall(DiskCallKind.MakeDirectory, time, thread, Decode(Between(arguments, '"', '"')));
            case "rename":
                var to = arguments[(arguments.IndexOf(',') + 1)..];
                return new DiskCall(DiskCallKind.Rename, time, thread, Decode(Between(arguments, '"', '"'))) { To = Decode(Between(to, '"', '"')) };
            case "openat":
                return null;
            case "fallocate":
                // Reserves room on the disk. The simulated disk is never full.
                return null;
            case var other:
                return text.Contains(directory, StringComparison.Ordinal)
                    ? throw new NotSupportedException($"The simulated disk does not know the call {other}, which the program made in its data directory.")
                    : null;
        }
    }

    private static void ShouldBeTheWhole(this int length, string asked)
    {
        if (length != int.Parse(asked, CultureInfo.InvariantCulture))
        {
            throw new InvalidDataException($"A write of {asked} bytes was recorded with {length}.");
        }
    }

    private static ReadOnlySpan<char> Between(ReadOnlySpan<char> text, char first, char last)
    {
        var rest = text[(text.IndexOf(first) + 1)..];
        return rest[..rest.IndexOf(last)];
    }

    private static string Decode(ReadOnlySpan<char> text) => Encoding.UTF8.GetString(DecodeBytes(text));

    // All bytes are written as "\x2f".
    private static byte[] DecodeBytes(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length / 4];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)((Digit(text[(i * 4) + 2]) << 4) | Digit(text[(i * 4) + 3]));
        }

        return bytes;
    }

    private static int Digit(char digit) => digit <= '9' ? digit - '0' : digit - 'a' + 10;
}
