namespace EventGateway.CloudEvents;

/// <summary>A version of the CloudEvents specification that the gateway reads and writes.</summary>
public enum SpecVersion
{
    /// <summary>CloudEvents 1.0 (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md).</summary>
    V1,

    /// <summary>CloudEvents 0.1, what the 0.9 line of the Event Gateway spoke.</summary>
    V01,
}
