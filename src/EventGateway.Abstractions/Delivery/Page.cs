namespace EventGateway.Abstractions.Delivery;

/// <summary>A page of a list.</summary>
/// <typeparam name="T">The type of the entries.</typeparam>
/// <param name="Items">The entries, in the order of the list.</param>
/// <param name="Next">The cursor of the next page. Null when this is the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
