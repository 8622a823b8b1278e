namespace EventGateway.Abstractions.Config;

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
