using System.Globalization;

namespace EventGateway.Http;

/// <summary>How slowly the body of a request may come.</summary>
/// <param name="Silence">The longest time without any data.</param>
/// <param name="SilenceName">The setting that limits the silence, for the error.</param>
/// <param name="MinRate">The lowest rate, in bytes a second, after <see cref="BodyPace.Grace"/>. 0 means no limit.</param>
internal sealed record BodyLimits(TimeSpan Silence, string SilenceName, int MinRate)
{
    /// <summary>Says why a body is refused.</summary>
    /// <param name="problem"><see cref="BodyRead.Silent"/> or <see cref="BodyRead.TooSlow"/>.</param>
    public string Describe(BodyRead problem) => problem is BodyRead.TooSlow
        ? $"The body of the request comes too slowly: less than {MinRate} bytes a second, the limit of --min-request-rate."
        : $"The body of the request stopped before its end: no data came for {TextOf(Silence, SilenceName)}.";

    /// <summary>Returns the text for a time limit: the seconds, and the setting that limits them.</summary>
    public static string TextOf(TimeSpan limit, string name) =>
        string.Create(CultureInfo.InvariantCulture, $"{limit.TotalSeconds:0.###} seconds, the limit of {name}");

    /// <summary>Returns the response to a body that comes too slowly.</summary>
    /// <param name="problem"><see cref="BodyRead.Silent"/> or <see cref="BodyRead.TooSlow"/>.</param>
    public JsonResponse Refuse(BodyRead problem) => JsonResponse.Error(StatusCodes.Status408RequestTimeout, Describe(problem));
}
