namespace EventGateway.Http;

/// <summary>The body of every refusal.</summary>
/// <param name="Errors">The errors, one for each broken rule. There is at least one.</param>
internal sealed record ErrorsDocument(IReadOnlyList<ErrorText> Errors);
