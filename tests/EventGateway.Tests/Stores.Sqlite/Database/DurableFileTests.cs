using System.Runtime.InteropServices;
using EventGateway.Stores.Sqlite.Database;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Database;

public sealed class DurableFileTests
{
    private const int Interrupted = 4;
    private const int DiskFails = 5;

    [Fact]
    public void Ignores_that_a_file_system_cannot_sync_a_directory() => Should.NotThrow(() => DurableFile.SyncDirectory("/proc"));

    [Fact]
    public void Reports_a_directory_that_is_missing() =>
        Should.Throw<IOException>(() => DurableFile.SyncDirectory("/proc/missing")).Message.ShouldStartWith("The directory '/proc/missing' cannot be written to disk: ");

    [Fact]
    public void Does_not_ignore_a_failure_of_the_disk() => DurableFile.CannotSync(DiskFails).ShouldBeFalse();

    [Theory]
    [InlineData(Interrupted, 3)]
    [InlineData(DiskFails, 1)]
    public void Repeats_only_calls_that_a_signal_interrupted(int error, int expected)
    {
        var calls = 0;
        DurableFile.Retry(() =>
        {
            Marshal.SetLastPInvokeError(error);
            return ++calls < 3 ? -1 : 0;
        });
        calls.ShouldBe(expected);
    }
}
