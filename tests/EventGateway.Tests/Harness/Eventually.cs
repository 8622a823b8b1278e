using System.Runtime.CompilerServices;
using Shouldly;

namespace EventGateway.Tests.Harness;

/// <summary>Waits for what happens on other threads.</summary>
internal static class Eventually
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds; fails after half a minute.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="what">What the failure names. Default: the condition as it is written.</param>
    public static async Task HoldsAsync(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        using var deadline = new CancellationTokenSource(_patience);
        while (!condition())
        {
            deadline.IsCancellationRequested.ShouldBeFalse($"Waited in vain for this: {what}");
            await Task.Yield();
        }
    }
}
