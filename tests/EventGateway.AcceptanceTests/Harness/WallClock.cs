using Shouldly;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>The wall clock of a program, which a test sets through libfaketime. Monotonic time does not change.</summary>
internal sealed class WallClock
{
    private readonly string _file;

    /// <summary>Creates a clock that shows the real time.</summary>
    /// <param name="directory">The directory for the file with the clock's offset.</param>
    public WallClock(TemporaryDirectory directory)
    {
        _file = Path.Combine(directory.Path, "clock");
        Set("+0");
        var library = Directory.EnumerateFiles("/usr/lib", "libfaketimeMT.so.1", SearchOption.AllDirectories).FirstOrDefault();
        library.ShouldNotBeNull("libfaketime is needed: install Debian's package faketime.");
        Environment = new Dictionary<string, string>
        {
            ["LD_PRELOAD"] = library,
            ["FAKETIME_TIMESTAMP_FILE"] = _file,
            ["FAKETIME_NO_CACHE"] = "1",
            ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        };
    }

    /// <summary>The environment variables for a program with this clock.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Sets the clock.</summary>
    /// <param name="offset">The offset from the real time, such as <c>+2d</c> or <c>-1h</c>.</param>
    public void Set(string offset)
    {
        // Replaces the file in one step, because the program may read it at any moment.
        File.WriteAllText(_file + ".new", offset);
        File.Move(_file + ".new", _file, overwrite: true);
    }
}
