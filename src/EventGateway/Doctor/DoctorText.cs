using System.Globalization;
using EventGateway.Stores.Sqlite.Doctor;

namespace EventGateway.Doctor;

/// <summary>Writes the doctor's reports as text.</summary>
internal static class DoctorText
{
    /// <summary>Writes a report.</summary>
    public static void Write(StoreReport report, TextWriter output)
    {
        output.WriteLine($"Data directory {report.Directory}");
        output.WriteLine(report.Store is { } store ? $"Store {store}" : "No manifest.json; the next start makes one.");
        output.WriteLine();
        foreach (var file in report.Files)
        {
            Write(file, output);
        }

        var damaged = report.Files.Count(static file => file.Problems.Count > 0);
        output.WriteLine();
        output.WriteLine(damaged == 0 ? "Everything is healthy." : $"{damaged} of {report.Files.Count} files have problems.");
        if (report.Files.Any(static file => file.IsDamaged))
        {
            output.WriteLine("The same command with --repair saves what can be read of damaged files, and deletes nothing.");
        }
    }

    /// <summary>Writes the result of a repair.</summary>
    public static void Write(IReadOnlyList<RepairReport> repairs, TextWriter output)
    {
        output.WriteLine();
        foreach (var repair in repairs)
        {
            output.WriteLine($"Repaired {repair.Name}: {repair.Saved}");
            foreach (var lost in repair.Lost)
            {
                output.WriteLine("  lost: " + lost);
            }

            if (repair.Original is { } original)
            {
                output.WriteLine($"  The damaged file is now {original}.");
            }
        }

        output.WriteLine();
    }

    private static string Words(string table) => table switch
    {
        "config" => "resources",
        "deliveries" => "waiting deliveries",
        _ => table.Replace('_', ' '),
    };

    private static void Write(FileReport file, TextWriter output)
    {
        var state = file.Problems.Count == 0 ? "" : "  PROBLEM";
        var version = file.Version is { } number ? string.Create(CultureInfo.InvariantCulture, $", version {number}") : "";
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file.Name}: {file.Kind}{version}, {file.Bytes} bytes{state}"));
        if (file.Rows.Count > 0)
        {
            output.WriteLine("  rows: " + string.Join(", ", file.Rows.Select(static item => string.Create(CultureInfo.InvariantCulture, $"{item.Rows} {Words(item.Table)}"))));
        }

        foreach (var problem in file.Problems)
        {
            output.WriteLine("  ! " + problem);
        }

        foreach (var note in file.Notes)
        {
            output.WriteLine("  - " + note);
        }
    }
}
