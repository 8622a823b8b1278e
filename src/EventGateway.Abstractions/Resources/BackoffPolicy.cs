namespace EventGateway.Abstractions.Resources;

/// <summary>How the wait before a retry grows with the attempts made.</summary>
public enum BackoffPolicy
{
    /// <summary>It doubles with each attempt.</summary>
    Exponential,

    /// <summary>It grows by the same time with each attempt.</summary>
    Linear,
}
