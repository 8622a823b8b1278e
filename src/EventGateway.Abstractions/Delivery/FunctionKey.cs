namespace EventGateway.Abstractions.Delivery;

/// <summary>Identifies a function across spaces.</summary>
/// <param name="Space">The space.</param>
/// <param name="FunctionId">The function's id in the space.</param>
public readonly record struct FunctionKey(string Space, string FunctionId);
