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
    /// <param name="defaults">Says what 0.9 allowed and refused. Default: as documented for this version.</param>
    public static CorsHeaders Evaluate(CorsSettings settings, CorsRequest request, GatewayDefaults? defaults = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var credentials = settings.AllowCredentials && (defaults is { CredentialsFromAnyOrigin: true } || !settings.AllowsAnyOrigin);
        var listed = defaults is { CorsListsOwnMethod: true } || settings is CorsConfiguration { IsDefault: true };
        return request.IsPreflight ? Preflight(settings, request, credentials, listed)
            : request.Method == "OPTIONS" ? default
            : Simple(settings, request, credentials, listed);
    }

    // listed: Whether the method must be listed. Otherwise it is allowed, because the settings are those of this method.
    private static CorsHeaders Preflight(CorsSettings settings, CorsRequest request, bool credentials, bool listed)
    {
        var headers = new CorsHeaders { Vary = PreflightNames };
        var refusal =
            !AllowsOrigin(settings, request.Origin) ? "the origin is not in allowedOrigins"
            : listed && !AllowsMethod(settings, request.RequestedMethod!) ? "the method is not in allowedMethods"
            : null;
        if (refusal is not null)
        {
            return headers with { Refusal = refusal };
        }

        if (!CorsHeaderNames.TryParse(request.RequestedHeaders, out var names))
        {
            return headers with { Refusal = "Access-Control-Request-Headers is malformed" };
        }

        if (FindRefused(settings, names) is { } name)
        {
            return headers with { Refusal = $"the header {name} is not in allowedHeaders" };
        }

        return headers with
        {
            AllowOrigin = Answer(settings, request.Origin!, credentials),
            AllowMethods = request.RequestedMethod!.ToUpperInvariant(),
            AllowHeaders = names.Count == 0 ? null : string.Join(", ", names),
            AllowCredentials = credentials,
        };
    }

    private static CorsHeaders Simple(CorsSettings settings, CorsRequest request, bool credentials, bool listed)
    {
        var refused = new CorsHeaders { Vary = OriginOnly };
        return AllowsOrigin(settings, request.Origin) && (!listed || AllowsMethod(settings, request.Method))
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
        || Allows(settings.AllowedMethods, method);

    // Returns the first header that may not be sent. Every cross-origin request has Origin, so it need not be listed.
    private static string? FindRefused(CorsSettings settings, IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (name != "Origin" && !Allows(settings.AllowedHeaders, name))
            {
                return name;
            }
        }

        return null;
    }

    // A "*" at the end stands for any text. Case does not matter.
    private static bool Allows(IReadOnlyList<string> allowed, string value)
    {
        foreach (var one in allowed)
        {
            if (one.EndsWith('*')
                ? value.AsSpan().StartsWith(one.AsSpan(0, one.Length - 1), StringComparison.OrdinalIgnoreCase)
                : one.Equals(value, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
