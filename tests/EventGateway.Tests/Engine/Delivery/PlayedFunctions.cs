using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Tests.Engine.Delivery;

/// <summary>Functions whose behaviour a test sets by id. Default: success.</summary>
internal sealed class PlayedFunctions : IFunctionProvider
{
    private readonly ConcurrentDictionary<string, Func<CancellationToken, Task<FunctionResult>>> _behaviours = new();
    private readonly ConcurrentQueue<(Function Function, string Body)> _calls = new();
    private readonly Dictionary<string, (int Now, int Most)> _concurrency = [];

    public string Type => "played";

    public IReadOnlyList<(Function Function, string Body)> Calls => [.. _calls];

    public int CallsOf(string functionId) => _calls.Count(call => call.Function.FunctionId == functionId);

    public int MaxConcurrency(string functionId)
    {
        lock (_concurrency)
        {
            return _concurrency.GetValueOrDefault(functionId).Most;
        }
    }

    public void Play(string functionId, Func<CancellationToken, Task<FunctionResult>> behaviour) => _behaviours[functionId] = behaviour;

    /// <summary>Lets calls wait until the returned source is completed or they are cancelled.</summary>
    public TaskCompletionSource Hang(string functionId)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Play(functionId, async cancellationToken =>
        {
            await release.Task.WaitAsync(cancellationToken);
            return new FunctionResult(FunctionOutcome.Success);
        });
        return release;
    }

    public JsonElement Validate(JsonElement settings, SettingErrors errors) => settings;

    public async ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken)
    {
        Count(function.FunctionId, 1);
        try
        {
            _calls.Enqueue((function, Encoding.UTF8.GetString(invocation.Payload.Body.Span)));
            return _behaviours.TryGetValue(function.FunctionId, out var behaviour)
                ? await behaviour(cancellationToken)
                : new FunctionResult(FunctionOutcome.Success);
        }
        finally
        {
            Count(function.FunctionId, -1);
        }
    }

    private void Count(string functionId, int change)
    {
        lock (_concurrency)
        {
            var (now, most) = _concurrency.GetValueOrDefault(functionId);
            _concurrency[functionId] = (now + change, Math.Max(most, now + change));
        }
    }
}
