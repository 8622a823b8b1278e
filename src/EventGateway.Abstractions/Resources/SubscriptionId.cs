using System.Buffers.Text;
using System.Text;

namespace EventGateway.Abstractions.Resources;

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

    /// <summary>Returns the event type that an id contains; null when it is not an id that <see cref="Create"/> made.</summary>
    public static string? FindEventType(string subscriptionId)
    {
        if (!Base64Url.IsValid(subscriptionId))
        {
            return null;
        }

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(subscriptionId)).Split(',');
        return parts is ["async" or "sync", var eventType, _, ..] ? eventType : null;
    }
}
