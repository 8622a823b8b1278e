using System.Text.Json;
using System.Text.Json.Nodes;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Secrets;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Tests.Engine.Registry;

/// <summary>Functions of the type <c>played</c> with one setting, <c>secret</c>. A test can hold the unmasking of settings.</summary>
internal sealed class PlayedSettings : IRawFunctionProvider, IDisposable
{
    private readonly SemaphoreSlim _held = new(0);
    private readonly ManualResetEventSlim _released = new();
    private int _unmasked;
    private int _hold;

    public string Type => "played";

    /// <summary>How often settings were unmasked.</summary>
    public int Unmasked => Volatile.Read(ref _unmasked);

    /// <summary>Holds the next unmasking of settings.</summary>
    public void Hold() => Volatile.Write(ref _hold, 1);

    /// <summary>Waits until an unmasking is held.</summary>
    public Task HeldAsync() => _held.WaitAsync(TimeSpan.FromSeconds(30));

    public void Release() => _released.Set();

    public JsonElement Validate(JsonElement settings, SettingErrors errors) => settings.Clone();

    public JsonElement Unmask(JsonElement settings, JsonElement stored, ICollection<string> errors)
    {
        Interlocked.Increment(ref _unmasked);
        if (Interlocked.Exchange(ref _hold, 0) == 1)
        {
            _held.Release();
            _released.Wait(TimeSpan.FromSeconds(30));
        }

        return SecretOf(settings) == Secret.Mask && stored.ValueKind is JsonValueKind.Object
            ? JsonElement.Parse(new JsonObject { ["secret"] = SecretOf(stored) }.ToJsonString())
            : settings;
    }

    public ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IRawEndpoint EndpointOf(Function function) => throw new NotSupportedException();

    public bool IsSigned(Function function) => SecretOf(function.Provider) == "signs";

    public static string? SecretOf(JsonElement settings) => settings.GetProperty("secret").GetString();

    public void Dispose()
    {
        _released.Dispose();
        _held.Dispose();
    }
}
