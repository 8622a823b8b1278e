namespace EventGateway.Abstractions.Config;

/// <summary>A config store cannot be opened: it is locked by another process, of a newer version, or damaged.</summary>
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
