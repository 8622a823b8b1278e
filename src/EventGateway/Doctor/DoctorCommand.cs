using System.CommandLine;
using EventGateway.Abstractions.Config;
using EventGateway.Stores.Sqlite.Doctor;

namespace EventGateway.Doctor;

/// <summary>The command <c>event-gateway doctor</c>.</summary>
internal static class DoctorCommand
{
    /// <summary>The exit code for an invalid command line, or a directory that cannot be examined.</summary>
    public const int Unusable = 2;

    /// <summary>Creates the command.</summary>
    public static Command Create()
    {
        var directory = new Option<string>("--data-dir", "--embed-data-dir") { Description = "The data directory.", Required = true };
        var repair = new Option<bool>("--repair")
        {
            Description = "Save what can be read from damaged files into new files. The damaged files are kept under other names.",
        };
        var command = new Command("doctor", "Examine the data directory of a gateway that is not running. Exit code 0: healthy, 1: damaged, 2: not examined.")
        {
            directory,
            repair,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(directory), parsed.GetValue(repair), Console.Out, Console.Error));
        return command;
    }

    /// <summary>Examines a data directory, repairs it if requested, and writes the result.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string directory, bool repair, TextWriter output, TextWriter errors)
    {
        if (!Directory.Exists(directory))
        {
            errors.WriteLine($"There is no data directory '{Path.GetFullPath(directory)}'.");
            return Unusable;
        }

        try
        {
            using var doctor = StoreDoctor.Open(directory, TimeProvider.System);
            var report = doctor.Examine();
            DoctorText.Write(report, output);
            if (repair && report.Files.Any(static file => file.IsDamaged))
            {
                DoctorText.Write(doctor.Repair(report), output);
                report = doctor.Examine();
                DoctorText.Write(report, output);
            }

            return report.IsHealthy ? 0 : 1;
        }
        catch (Exception exception) when (exception is ConfigStoreRefusedException or IOException or UnauthorizedAccessException)
        {
            errors.WriteLine(exception.Message);
            return Unusable;
        }
    }
}
