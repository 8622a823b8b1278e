using System.Buffers.Text;
using System.Text;

namespace EventGateway.Core.Registry;

/// <summary>Derives the id of a subscription from what it binds.</summary>
public static class SubscriptionId
{
    /// <summary>
    /// The id: unpadded base64url of <c>async,eventType,functionId,path,METHOD</c> or <c>sync,eventType,path,METHOD</c>,
    /// the path escaped as one URL path segment.
    /// </summary>
    public static string Create(SubscriptionType type, string eventType, string functionId, string path, string method)
    {
        var escaped = PathSegment.Escape(path);
        var text = type is SubscriptionType.Async
            ? $"async,{eventType},{functionId},{escaped},{method}"
            : $"sync,{eventType},{escaped},{method}";
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
    }
}
