namespace EventGateway.Abstractions.Delivery;

/// <summary>A part of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">The entries, newest first.</param>
/// <param name="Next">The cursor that the next part is asked for with. Not set: this is the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
