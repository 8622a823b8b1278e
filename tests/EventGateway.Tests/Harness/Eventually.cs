using System.Runtime.CompilerServices;
using Shouldly;

namespace EventGateway.Tests.Harness;

/// <summary>Waits for the work of other threads.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds. Fails after 30 s.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">The text of the failure. Default: the source of the condition.</param>
    public static Task HoldsAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        HoldsAsync(() => Task.FromResult(condition()), what);

    /// <summary>Waits until a condition holds. Fails after 30 s.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">The text of the failure. Default: the source of the condition.</param>
    public static async Task HoldsAsync(Func<Task<bool>> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        using var timeout = new CancellationTokenSource(Deadline);
        while (!await condition())
        {
            timeout.IsCancellationRequested.ShouldBeFalse($"This did not become true in time: {what}");
            await Task.Yield();
        }
    }
}
