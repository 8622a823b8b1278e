using System.Runtime.CompilerServices;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Functions.Aws.Calls;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Lambda;

/// <summary>
/// Calls Lambda functions and waits for their answers: type <c>awslambda</c>, settings
/// <c>{"arn": …, "region": …}</c>. The function gets the event as its input.
/// </summary>
internal sealed class LambdaFunctionProvider(AwsConnections connections) : AwsFunctionProvider<LambdaSettings>
{
    private const int MaxRequestBytes = 6 * 1024 * 1024;
    private const string NamePlace = "{FunctionName}";
    private const string Path = "/2015-03-31/functions/" + NamePlace + "/invocations";

    private static readonly KeyValuePair<string, string>[] Headers = [new("X-Amz-Invocation-Type", "RequestResponse")];

    private readonly AwsClient _client = new("Lambda", "lambda", connections);
    private readonly ConditionalWeakTable<Function, LambdaTarget> _targets = [];

    /// <inheritdoc/>
    public override string Type => "awslambda";

    /// <inheritdoc/>
    public override async ValueTask<FunctionResult> InvokeAsync(Function function, Invocation invocation, CancellationToken cancellationToken)
    {
        if (invocation.Payload.Body.Length > MaxRequestBytes)
        {
            return TooLarge(invocation.Payload.Body.Length, MaxRequestBytes);
        }

        var target = _targets.GetValue(function, Create);
        var request = new AwsRequest(Path, invocation.Payload.Body, "application/json")
        {
            Headers = Headers,
            PathResources = target.Name,
            Via = invocation.Via,
        };
        var answer = await _client.SendAsync(target.Aws, request, cancellationToken);
        if (answer.Failure is { } failure)
        {
            return failure;
        }

        var body = answer.Body!;
        return answer.FunctionError is { } error
            // The function itself failed, like an HTTP function that answers 500. The next call may succeed.
            ? new FunctionResult(FunctionOutcome.Retryable, body.WrittenMemory, answer.Owner) { Error = $"The function failed ({error})." }
            : Success(answer, invocation.NeedsNoAnswer);
    }

    private static FunctionResult Success(AwsResponse answer, bool withoutBody)
    {
        if (!withoutBody)
        {
            return new FunctionResult(FunctionOutcome.Success, answer.Body!.WrittenMemory, answer.Owner) { Status = 200 };
        }

        answer.Dispose();
        return new FunctionResult(FunctionOutcome.Success) { Status = 200 };
    }

    /// <inheritdoc/>
    protected override LambdaSettings Read(JsonFields fields) => LambdaSettings.Read(fields, connections.Options.AnyArn);

    private LambdaTarget Create(Function function)
    {
        var settings = ReadStored(function.Provider);
        var target = AwsTarget.Create(settings.Common, _client.Service);
        // Emulators know functions by their names alone.
        return new LambdaTarget(target, [new(NamePlace, target.IsEmulated ? LambdaArn.Name(settings.Arn) : settings.Arn)]);
    }

    private sealed record LambdaTarget(AwsTarget Aws, KeyValuePair<string, string>[] Name);
}
