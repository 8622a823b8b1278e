using Shouldly;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>The wall clock of a program that a test sets, by libfaketime. Monotonic time goes on as it does.</summary>
internal sealed class WallClock
{
    private readonly string _file;

    /// <summary>Creates a clock that is right.</summary>
    /// <param name="directory">Takes the file that says what time it is.</param>
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

    /// <summary>The environment variables of a program under this clock.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>Sets the clock.</summary>
    /// <param name="offset">How far it is ahead, such as <c>+2d</c> or <c>-1h</c>.</param>
    public void Set(string offset)
    {
        // In one step: the program reads the file at any moment.
        File.WriteAllText(_file + ".new", offset);
        File.Move(_file + ".new", _file, overwrite: true);
    }
}
