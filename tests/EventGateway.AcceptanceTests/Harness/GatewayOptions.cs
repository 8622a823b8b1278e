using System.Security.Cryptography.X509Certificates;

namespace EventGateway.AcceptanceTests.Harness;

/// <summary>The options with which a test starts the program.</summary>
internal sealed record GatewayOptions
{
    /// <summary>Arguments in addition to the ports and the data directory.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The port of the Events API. Null means a free port.</summary>
    public int? EventsPort { get; init; }

    /// <summary>Environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The content of <c>appsettings.json</c>. Null means that there is no such file.</summary>
    public string? Settings { get; init; }

    /// <summary>The data directory. Null means a temporary directory, which is deleted when the gateway is disposed.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>
    /// The size in MiB of a disk for the data directory. Only the program and <see cref="GatewayProcess.DataDirectory"/> see it.
    /// Null means that the data directory is an ordinary directory.
    /// </summary>
    public int? DiskMegabytes { get; init; }

    /// <summary>
    /// A data directory to copy to the disk of <see cref="DiskMegabytes"/>. The rest of the disk is filled before the program
    /// starts. Null means that the disk is empty.
    /// </summary>
    public string? FullDiskWith { get; init; }

    /// <summary>Whether the disk of <see cref="DiskMegabytes"/> is read-only. Default: false.</summary>
    public bool IsDiskReadOnly { get; init; }

    /// <summary>
    /// The system calls to fail or delay, in the syntax of <c>strace -e inject=</c>. Example:
    /// <c>fsync,fdatasync:error=EIO:when=20+20</c> fails every 20th call of each thread. Null means none.
    /// </summary>
    public string? FailingCalls { get; init; }

    /// <summary>The file for a record of the program's disk calls (see <c>DiskCallLog</c>). Null means that nothing is recorded.</summary>
    public string? DiskCallsFile { get; init; }

    /// <summary>The limit of file descriptors. Null means the limit of the test process.</summary>
    public int? OpenFiles { get; init; }

    /// <summary>Whether the program starts under <c>nohup</c>, with SIGHUP ignored. Default: false.</summary>
    public bool IgnoresHangUp { get; init; }

    /// <summary>The certificate that both ports use. Null means plain HTTP.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Whether the test reads the program's output from the start. Default: true. See <see cref="GatewayProcess.ReadOutput"/>.</summary>
    public bool ReadsOutput { get; init; } = true;
}
