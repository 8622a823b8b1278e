using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;

namespace EventGateway.Http;

/// <summary>Finds features of requests on the hot path.</summary>
internal static class FeatureLookup
{
    /// <summary>
    /// Finds a feature. <see cref="IFeatureCollection.Get{TFeature}"/> would cost several times as much, because it is a generic
    /// virtual method.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T? Find<T>(this IFeatureCollection features)
        where T : class => (T?)features[typeof(T)];
}
