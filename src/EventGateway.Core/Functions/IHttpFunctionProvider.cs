using EventGateway.Core.Registry;

namespace EventGateway.Core.Functions;

/// <summary>Calls functions over HTTP, which can be sent more than events: the raw requests of a sync subscription.</summary>
public interface IHttpFunctionProvider : IFunctionProvider
{
    /// <summary>Where a function is, and how its requests are sent.</summary>
    /// <param name="function">The function, whose settings passed <see cref="IFunctionProvider.Validate"/>.</param>
    HttpEndpoint EndpointOf(Function function);
}
