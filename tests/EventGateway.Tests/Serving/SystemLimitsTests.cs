using EventGateway.Serving;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Serving;

/// <summary>How many threads the control groups of a process allow.</summary>
public sealed class SystemLimitsTests
{
    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["/sys/fs/cgroup/pids.max"] = "5000",
        ["/sys/fs/cgroup/a/pids.max"] = "100",
        ["/sys/fs/cgroup/a/b/pids.max"] = "max",
        ["/sys/fs/cgroup/pids/pids.max"] = "max",
        ["/sys/fs/cgroup/pids/c/pids.max"] = "300",
    };

    [Theory]
    [InlineData(5000L, "0::/")]
    [InlineData(100L, "0::/a/b")]
    [InlineData(100L, "0::/a/b", "8:pids:/c")]
    [InlineData(300L, "8:pids:/c", "4:memory:/a", "0::")]
    [InlineData(5000L, "0::/of/the/host")]
    [InlineData(null, "8:pids:/")]
    [InlineData(null)]
    public void The_lowest_limit_of_all_groups_counts(long? limit, params string[] groups)
    {
        SystemLimits.FindPids(groups, path => Files.GetValueOrDefault(path)).ShouldBe(limit);
    }
}
