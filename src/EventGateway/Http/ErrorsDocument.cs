namespace EventGateway.Http;

/// <summary>The body of every refusal.</summary>
/// <param name="Errors">One entry per broken rule, at least one.</param>
public sealed record ErrorsDocument(IReadOnlyList<ErrorText> Errors);
