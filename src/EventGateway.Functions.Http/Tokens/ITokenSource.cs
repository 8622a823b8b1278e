namespace EventGateway.Functions.Http.Tokens;

/// <summary>Fetches tokens that show a function who the gateway is.</summary>
internal interface ITokenSource
{
    /// <summary>Fetches one.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The token, or why there is none.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    Task<TokenAnswer> FetchAsync(CancellationToken cancellationToken);
}
