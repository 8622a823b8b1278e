using System.Net;

namespace EventGateway.Abstractions.Functions;

/// <summary>Where an HTTP function is, and how its requests are sent.</summary>
public interface IRawEndpoint
{
    /// <summary>The function's URL.</summary>
    Uri Uri { get; }

    /// <summary>The highest HTTP version to use.</summary>
    Version Version { get; }

    /// <summary>Sends requests over the function's connections.</summary>
    HttpMessageInvoker Client { get; }

    /// <summary>Whether the function's requests are signed. A signature needs the whole body.</summary>
    bool IsSigned { get; }

    /// <summary>Adds the headers and the credentials of the function's settings to a request. They replace headers of the same names.</summary>
    /// <param name="request">The request, otherwise ready to be sent.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="HttpRequestException">There is no token, or the function refuses requests. The message contains no secret.</exception>
    ValueTask AuthorizeAsync(HttpRequestMessage request, CancellationToken cancellationToken);

    /// <summary>Signs a request if the function's requests are signed.</summary>
    /// <param name="request">The request, otherwise ready to be sent.</param>
    /// <param name="body">The body that is sent.</param>
    void Sign(HttpRequestMessage request, string eventId, ReadOnlySpan<byte> body);

    /// <summary>Classifies an answer. A token that the function refuses is not sent again.</summary>
    /// <param name="status">The answer's status.</param>
    /// <returns>How the call ended, without the answer's body.</returns>
    FunctionResult Classify(HttpStatusCode status);

    /// <summary>Describes a request that got no answer, for the operator. The text contains no secret.</summary>
    /// <param name="exception">The exception of the request.</param>
    string Describe(Exception exception);
}
