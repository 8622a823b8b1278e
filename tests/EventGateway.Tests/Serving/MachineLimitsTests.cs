using EventGateway.Serving;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Serving;

/// <summary>How the limits of the machine are shared out.</summary>
public sealed class MachineLimitsTests
{
    private const long Gigabyte = 1L << 30;

    [Theory]
    [InlineData(400, 100)]
    [InlineData(1024, 200)]
    [InlineData(20_000, 200)]
    [InlineData(1_000_000_000, 200)]
    public void All_connections_together_leave_a_reserve(long descriptors, int used)
    {
        var limits = MachineLimits.Of(descriptors, used, 64 * Gigabyte);

        ((long)limits.EventsConnections + limits.ConfigConnections + limits.FunctionConnections).ShouldBeLessThanOrEqualTo(descriptors - used - 224);
        limits.EventsConnections.ShouldBeGreaterThanOrEqualTo(limits.FunctionConnections);
        limits.FunctionConnections.ShouldBeGreaterThan(limits.ConfigConnections);
        limits.ConfigConnections.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Little_memory_allows_fewer_connections_than_the_descriptors()
    {
        MachineLimits.Of(1_000_000, 200, 200 << 20).EventsConnections.ShouldBe((200 << 20) / 4 / (16 * 1024));
    }

    [Fact]
    public void Without_a_limit_of_descriptors_memory_is_the_limit()
    {
        MachineLimits.Of(null, 0, Gigabyte).EventsConnections.ShouldBe((int)(Gigabyte / 4 / (16 * 1024)));
    }

    [Fact]
    public void Too_few_descriptors_are_an_error_that_says_how_many_it_takes()
    {
        Should.Throw<IOException>(static () => MachineLimits.Of(256, 200, Gigabyte)).Message.ShouldContain("The program needs at least 472.");
    }

    [Theory]
    [InlineData(1, 128)]
    [InlineData(64, 256)]
    public void Deliveries_that_wait_in_memory_have_an_eighth_but_not_too_much(long gigabytes, long megabytes)
    {
        MachineLimits.Of(null, 0, gigabytes * Gigabyte).WaitingBytes.ShouldBe(megabytes << 20);
    }

    [Theory]
    [InlineData(null, 1000)]
    [InlineData(100_000L, 1000)]
    [InlineData(500L, 250)]
    [InlineData(10L, 32)]
    public void The_thread_pool_has_half_of_the_threads_but_not_too_many(long? threads, int poolThreads)
    {
        MachineLimits.Of(null, 0, Gigabyte, threads).PoolThreads.ShouldBe(Math.Max(poolThreads, Environment.ProcessorCount));
    }

    [Fact]
    public void This_process_has_limits()
    {
        var limits = MachineLimits.Read();

        limits.Memory.ShouldBeGreaterThan(0);
        limits.EventsConnections.ShouldBeGreaterThan(0);
    }
}
