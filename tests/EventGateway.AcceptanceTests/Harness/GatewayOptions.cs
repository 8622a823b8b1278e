using System.Security.Cryptography.X509Certificates;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>How a test starts the program.</summary>
internal sealed record GatewayOptions
{
    /// <summary>Arguments beside the ports and the data directory.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The port of the Events API. Not set: a free one.</summary>
    public int? EventsPort { get; init; }

    /// <summary>Environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What is in <c>appsettings.json</c>. Not set: there is none.</summary>
    public string? Settings { get; init; }

    /// <summary>Where the stores live. Not set: a directory of its own, removed afterwards.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>
    /// How large a disk the data directory has to itself, in MiB; only the program and <see cref="GatewayProcess.DataDirectory"/>
    /// see it. Not set: that of the temporary directory.
    /// </summary>
    public int? DiskMegabytes { get; init; }

    /// <summary>
    /// A data directory that is copied to the disk of <see cref="DiskMegabytes"/>, the rest of which is filled before the program
    /// starts. Not set: the disk is empty.
    /// </summary>
    public string? FullDiskWith { get; init; }

    /// <summary>Whether nobody can write to the disk of <see cref="DiskMegabytes"/>. Default: false.</summary>
    public bool IsDiskReadOnly { get; init; }

    /// <summary>
    /// Which of the program's system calls that write to the disk fail: a list for <c>strace -e inject=</c>, such as
    /// <c>fsync,fdatasync:error=EIO:when=20+20</c> (on each thread every 20th call). Not set: none.
    /// </summary>
    public string? FailingCalls { get; init; }

    /// <summary>Takes a record of what the program does to the disk (see <c>DiskCallLog</c>). Not set: nothing is recorded.</summary>
    public string? DiskCallsFile { get; init; }

    /// <summary>How many file descriptors the program may have. Not set: as many as the tests.</summary>
    public int? OpenFiles { get; init; }

    /// <summary>Whether the program starts with SIGHUP ignored, under <c>nohup</c>. Default: false.</summary>
    public bool IgnoresHangUp { get; init; }

    /// <summary>The certificate that both ports show. Not set: they speak plain HTTP.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether standard output and standard error are read from the start. Default: true. See <see cref="GatewayProcess.ReadOutput"/>.</summary>
    public bool ReadsOutput { get; init; } = true;
}
