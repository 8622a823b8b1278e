namespace EventGateway.Functions.Http.Connections;

/// <summary>The connections that a function is called over.</summary>
internal interface IHttpConnections
{
    /// <summary>Sends requests. Must be read for each call, because unused connections are closed.</summary>
    HttpMessageInvoker Client { get; }
}
