namespace EventGateway.AcceptanceTests.Harness;

/// <summary>Waits for the work of other processes.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Evaluates a condition again and again until it is true. Fails at the deadline (default: 20 s).</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        using var deadline = new CancellationTokenSource(within ?? TimeSpan.FromSeconds(20));
        while (!await condition())
        {
            if (deadline.IsCancellationRequested)
            {
                throw new TimeoutException($"This did not become true in time: {what}.");
            }

            await Task.Delay(Interval);
        }
    }

    /// <summary>Evaluates a condition again and again until it is true. Fails at the deadline (default: 20 s).</summary>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? within = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, within);
}
