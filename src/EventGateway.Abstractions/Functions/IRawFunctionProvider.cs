using EventGateway.Abstractions.Resources;

namespace EventGateway.Abstractions.Functions;

/// <summary>Calls functions over HTTP, so that a sync subscription can pass on requests and responses as they are (<c>raw</c>).</summary>
public interface IRawFunctionProvider : IFunctionProvider
{
    /// <summary>Returns the endpoint of a function.</summary>
    /// <param name="function">The function, whose settings passed <see cref="IFunctionProvider.Validate"/>.</param>
    IRawEndpoint EndpointOf(Function function);

    /// <summary>Returns whether a function's requests are signed. Must be quick: it must not import certificates or keys.</summary>
    /// <param name="function">The function, whose settings passed <see cref="IFunctionProvider.Validate"/>.</param>
    bool IsSigned(Function function);
}
