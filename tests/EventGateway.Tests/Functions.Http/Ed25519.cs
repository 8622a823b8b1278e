namespace EventGateway.Tests.Functions.Http;

/// <summary>Keys of RFC 8032's first test.</summary>
internal static class Ed25519
{
    public const string Key = "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
    public const string KeyPair = "whsk_nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2DXWpgBgrEKt9VL/tPJZAc6DuFy89qmIyWvAhpo9wdRGg==";
}
