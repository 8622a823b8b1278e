namespace EventGateway.Aws.Calls;

/// <summary>How AWS services are called.</summary>
public sealed record AwsOptions
{
    /// <summary>The largest body, in bytes, that a service may answer with. Default: 10 MiB, more than any answer of Lambda.</summary>
    public int MaxResponseBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>How long connecting may take, within the call's timeout. Default: 5 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection is used before a new one looks the host's address up again. Default: 2 min.</summary>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an unused connection is kept. Default: 1 min.</summary>
    public TimeSpan IdleConnectionTimeout { get; init; } = TimeSpan.FromMinutes(1);
}
