namespace EventGateway.Abstractions.Delivery;

/// <summary>Names a function: its deliveries wait together, apart from those of all others.</summary>
/// <param name="Space">The space.</param>
/// <param name="FunctionId">The function's id in the space.</param>
public readonly record struct FunctionKey(string Space, string FunctionId);
