namespace EventGateway.Functions.Http.Tokens;

/// <summary>Fetches tokens that authenticate the gateway to a function.</summary>
internal interface ITokenSource
{
    /// <summary>Fetches a token.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The token, or the reason why it could not be fetched.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<TokenResult> FetchAsync(CancellationToken cancellationToken);
}
