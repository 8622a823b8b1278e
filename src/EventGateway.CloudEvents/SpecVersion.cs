namespace EventGateway.CloudEvents;

/// <summary>A version of the CloudEvents specification.</summary>
public enum SpecVersion
{
    /// <summary>CloudEvents 1.0 (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).</summary>
    V1,

    /// <summary>CloudEvents 0.1 (https://github.com/cloudevents/spec/blob/v0.1/spec.md), which version 0.9 of the Event Gateway uses.</summary>
    V01,
}
