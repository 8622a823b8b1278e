namespace EventGateway.Abstractions.Functions;

/// <summary>How secrets in settings are shown.</summary>
public static class Secret
{
    /// <summary>Stands for a secret that is stored; sent back, it keeps what is stored.</summary>
    public const string Mask = "*****";
}
