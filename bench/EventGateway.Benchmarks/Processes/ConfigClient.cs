using System.Net.Http.Json;

namespace EventGateway.Benchmarks.Processes;

/// <summary>Creates the resources of a benchmark through the Configuration API.</summary>
internal sealed class ConfigClient(int port) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}/v1/spaces/default/") };

    public Task CreateEventTypeAsync(string name, CancellationToken cancellationToken) =>
        CreateAsync("eventtypes", new { name }, cancellationToken);

    public Task CreateHttpFunctionAsync(string functionId, Uri url, CancellationToken cancellationToken) =>
        CreateAsync("functions", new { functionId, type = "http", provider = new { url } }, cancellationToken);

    /// <summary>Creates an HTTP function whose requests are signed.</summary>
    public Task CreateSignedFunctionAsync(string functionId, Uri url, string key, CancellationToken cancellationToken) =>
        CreateAsync("functions", new { functionId, type = "http", provider = new { url, signing = new { keys = new[] { key } } } }, cancellationToken);

    /// <summary>Moves an HTTP function to another address.</summary>
    public async Task MoveHttpFunctionAsync(string functionId, Uri url, CancellationToken cancellationToken)
    {
        using var response = await _client.PutAsJsonAsync(
            new Uri($"functions/{functionId}", UriKind.Relative), new { functionId, type = "http", provider = new { url } }, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    public Task CreateBuiltinFunctionAsync(string functionId, string name, CancellationToken cancellationToken) =>
        CreateAsync("functions", new { functionId, type = "builtin", provider = new { name } }, cancellationToken);

    public Task CreateSubscriptionAsync(string type, string eventType, string functionId, string path, CancellationToken cancellationToken) =>
        CreateAsync("subscriptions", new { type, eventType, functionId, path, method = "POST" }, cancellationToken);

    /// <summary>Creates a sync subscription that forwards requests and answers unchanged.</summary>
    public Task CreateRawSubscriptionAsync(string functionId, string method, string path, CancellationToken cancellationToken) =>
        CreateAsync("subscriptions", new { type = "sync", eventType = "http.request", functionId, path, method, requestMode = "raw" }, cancellationToken);

    /// <summary>Creates an async subscription with a guarantee: <c>atLeastOnce</c> or <c>atMostOnce</c>.</summary>
    public Task CreateDeliveryAsync(string guarantee, string eventType, string functionId, string path, CancellationToken cancellationToken) =>
        CreateAsync(
            "subscriptions", new { type = "async", eventType, functionId, path, method = "POST", delivery = new { guarantee } }, cancellationToken);

    public void Dispose() => _client.Dispose();

    private async Task CreateAsync<T>(string resource, T body, CancellationToken cancellationToken)
    {
        using var response = await _client.PostAsJsonAsync(new Uri(resource, UriKind.Relative), body, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            throw new InvalidOperationException($"POST {resource} failed: {(int)response.StatusCode} {answer}");
        }
    }
}
