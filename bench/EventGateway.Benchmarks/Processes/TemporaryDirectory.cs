namespace EventGateway.Benchmarks.Processes;

/// <summary>A directory that goes when its user does.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    /// <summary>Its absolute path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("event-gateway-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
