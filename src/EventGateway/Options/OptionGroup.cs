namespace EventGateway.Options;

/// <summary>Options that the help shows together.</summary>
/// <param name="Title">The heading in the help.</param>
/// <param name="Options">The options, in the order of the help.</param>
internal sealed record OptionGroup(string Title, IReadOnlyList<OptionName> Options);
