namespace EventGateway.Benchmarks.Processes;

/// <summary>A directory that is deleted when it is disposed.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    /// <summary>The full path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("event-gateway-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
