namespace EventGateway.Engine.Routing;

/// <summary>A parameter that a path matched.</summary>
/// <param name="Name">The name after <c>:</c> or <c>*</c>; may be empty.</param>
/// <param name="Value">What stood there, percent-decoded; a value that does not decode stays as it was sent.</param>
public readonly record struct PathParameter(string Name, string Value);
