namespace EventGateway.Functions.Http.Connections;

/// <summary>Gives the connections that a function is called over.</summary>
internal interface IHttpConnections
{
    /// <summary>Sends requests. To be asked for each call, since unused connections are given up.</summary>
    HttpMessageInvoker Client { get; }
}
