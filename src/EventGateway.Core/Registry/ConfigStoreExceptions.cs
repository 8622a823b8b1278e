namespace EventGateway.Core.Registry;

/// <summary>A config store cannot serve now; a later try may succeed.</summary>
public sealed class ConfigStoreUnavailableException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ConfigStoreUnavailableException()
        : base("The config store is unavailable.")
    {
    }

    /// <summary>Creates the exception with a message.</summary>
    public ConfigStoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public ConfigStoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A config store cannot be opened as it is: locked by another process, of a newer version, or damaged.</summary>
public sealed class ConfigStoreRefusedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ConfigStoreRefusedException()
        : base("The config store cannot be opened.")
    {
    }

    /// <summary>Creates the exception with a message for the operator.</summary>
    public ConfigStoreRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public ConfigStoreRefusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

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
