namespace EventGateway.Abstractions.Resources;

/// <summary>Binds one event type to one function, for one method and path.</summary>
public sealed record Subscription : IResource
{
    /// <inheritdoc/>
    public required string Space { get; init; }

    /// <summary>The id, derived from what the subscription binds (see <see cref="SubscriptionId"/>).</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>Whether the sender waits for the function.</summary>
    public required SubscriptionType Type { get; init; }

    /// <summary>The name of the event type.</summary>
    public required string EventType { get; init; }

    /// <summary>The id of the function, in the same space.</summary>
    public required string FunctionId { get; init; }

    /// <summary>The path that events are sent to. A sync path may hold <c>:name</c> and, last, <c>*name</c>. Default: <c>/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>The HTTP method that events are sent with. Default: <c>POST</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The CORS settings of this method and path. Not set: those of a CORS configuration, if there is one.</summary>
    public CorsSettings? Cors { get; init; }

    /// <summary>How events are delivered. Not set: the server's defaults.</summary>
    public DeliverySettings? Delivery { get; init; }

    /// <summary>What the function of a sync subscription is sent. Not set: the event.</summary>
    public RequestMode? RequestMode { get; init; }

    /// <summary>What the sender gets of a sync function's answer. Not set: the response that it describes, or the answer as it is where <see cref="RequestMode"/> is raw.</summary>
    public ResponseMode? ResponseMode { get; init; }

    /// <summary>Whether an event that the function of an async subscription answers with is published. Not set: it is not.</summary>
    public bool? Reply { get; init; }

    /// <summary>Whether the subscription takes events. Not set: it does.</summary>
    public bool? Enabled { get; init; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>Whether the function's answer is streamed to the sender as it is.</summary>
    public bool AnswersRaw => RequestMode is Resources.RequestMode.Raw || ResponseMode is Resources.ResponseMode.Raw;

    string IResource.Id => SubscriptionId;
}
