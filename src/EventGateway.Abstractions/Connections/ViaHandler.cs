namespace EventGateway.Abstractions.Connections;

/// <summary>Adds this gateway to the <c>Via</c> of every outgoing request.</summary>
/// <param name="inner">Sends the requests.</param>
internal sealed class ViaHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.TryAddWithoutValidation(Via.Name, Via.Value);
        return base.SendAsync(request, cancellationToken);
    }
}
