namespace EventGateway.Abstractions.Config;

/// <summary>The change feed cannot continue from the revision asked for.</summary>
public sealed class ConfigFeedGapException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ConfigFeedGapException()
        : base("The change feed no longer has the writes after that revision.")
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public ConfigFeedGapException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public ConfigFeedGapException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
