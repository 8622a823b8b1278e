using EventGateway.Abstractions.Resources;
using EventGateway.CloudEvents.Http;

namespace EventGateway.Engine.Routing;

/// <summary>Decides what CORS headers an answer gets (https://fetch.spec.whatwg.org/#http-cors-protocol).</summary>
public static class CorsPolicy
{
    private static readonly string[] OriginOnly = ["Origin"];
    private static readonly string[] PreflightNames = ["Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"];

    /// <summary>
    /// The headers of the answer to a request. A preflight is answered 200 with them, whether it is granted or not. Another
    /// OPTIONS request gets no headers.
    /// </summary>
    /// <param name="settings">The settings of the request's path and its <see cref="CorsRequest.SettingsMethod"/>.</param>
    /// <param name="credentialsFromAnyOrigin">
    /// Whether settings that allow any origin may allow credentials too. Default: they allow none then.
    /// </param>
    public static CorsHeaders Evaluate(CorsSettings settings, CorsRequest request, bool credentialsFromAnyOrigin = false)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var credentials = settings.AllowCredentials && (credentialsFromAnyOrigin || !settings.AllowsAnyOrigin);
        return request.IsPreflight ? Preflight(settings, request, credentials)
            : request.Method == "OPTIONS" ? default
            : Simple(settings, request, credentials);
    }

    private static CorsHeaders Preflight(CorsSettings settings, CorsRequest request, bool credentials)
    {
        var refused = new CorsHeaders { Vary = PreflightNames };
        if (!AllowsOrigin(settings, request.Origin)
            || !AllowsMethod(settings, request.RequestedMethod!)
            || !CorsHeaderNames.TryParse(request.RequestedHeaders, out var names)
            || !AllowsHeaders(settings, names))
        {
            return refused;
        }

        return refused with
        {
            AllowOrigin = Answer(settings, request.Origin!, credentials),
            AllowMethods = request.RequestedMethod!.ToUpperInvariant(),
            AllowHeaders = names.Count == 0 ? null : string.Join(", ", names),
            AllowCredentials = credentials,
        };
    }

    private static CorsHeaders Simple(CorsSettings settings, CorsRequest request, bool credentials)
    {
        var refused = new CorsHeaders { Vary = OriginOnly };
        return AllowsOrigin(settings, request.Origin) && AllowsMethod(settings, request.Method)
            ? refused with { AllowOrigin = Answer(settings, request.Origin!, credentials), AllowCredentials = credentials }
            : refused;
    }

    // Browsers refuse "*" together with credentials, so the answer names the origin then.
    private static string Answer(CorsSettings settings, string origin, bool credentials) =>
        !credentials && settings.AllowedOrigins.Contains("*") ? "*" : origin;

    private static bool AllowsOrigin(CorsSettings settings, string? origin)
    {
        // The answer may carry the origin, so a text that is not valid in a header is refused.
        if (string.IsNullOrEmpty(origin) || !FieldValue.IsValid(origin))
        {
            return false;
        }

        foreach (var allowed in settings.AllowedOrigins)
        {
            if (MatchesOrigin(allowed, origin))
            {
                return true;
            }
        }

        return false;
    }

    // The first "*" matches any text, also the empty one. Case does not matter.
    private static bool MatchesOrigin(ReadOnlySpan<char> allowed, ReadOnlySpan<char> origin)
    {
        var star = allowed.IndexOf('*');
        if (star < 0)
        {
            return allowed.Equals(origin, StringComparison.OrdinalIgnoreCase);
        }

        return origin.Length >= allowed.Length - 1
            && origin.StartsWith(allowed[..star], StringComparison.OrdinalIgnoreCase)
            && origin.EndsWith(allowed[(star + 1)..], StringComparison.OrdinalIgnoreCase);
    }

    private static bool AllowsMethod(CorsSettings settings, string method) =>
        method.Equals("OPTIONS", StringComparison.OrdinalIgnoreCase)
        || Contains(settings.AllowedMethods, method);

    private static bool AllowsHeaders(CorsSettings settings, IReadOnlyList<string> names)
    {
        if (Contains(settings.AllowedHeaders, "*"))
        {
            return true;
        }

        foreach (var name in names)
        {
            // Every cross-origin request has it, so it need not be listed.
            if (name != "Origin" && !Contains(settings.AllowedHeaders, name))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Contains(IReadOnlyList<string> allowed, string value)
    {
        foreach (var one in allowed)
        {
            if (one.Equals(value, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
