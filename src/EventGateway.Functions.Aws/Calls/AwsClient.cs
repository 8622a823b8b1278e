using System.Text.Json;
using Amazon.Runtime;
using EventGateway.Abstractions.Connections;
using EventGateway.Abstractions.Functions;
using EventGateway.CloudEvents.Buffers;
using EventGateway.CloudEvents.Http;
using EventGateway.Functions.Aws.Settings;

namespace EventGateway.Functions.Aws.Calls;

/// <summary>Calls the operations of one service, over the connections that all services share.</summary>
/// <param name="name">The service's name, for the operator: <c>Lambda</c>.</param>
/// <param name="service">Its name in host names and signatures: <c>lambda</c>.</param>
/// <param name="connections">The connections of all services.</param>
internal sealed class AwsClient(string name, string service, AwsConnections connections)
{
    private readonly AnswerMemory _memory = new(connections.Options);
    private readonly AwsSigner _signer = new(service, connections.TimeProvider);

    /// <summary>The service's name, for the operator.</summary>
    public string Name => name;

    /// <summary>Its name in host names and signatures.</summary>
    public string Service => service;

    /// <summary>Sends a request.</summary>
    /// <param name="target">The address and the credentials.</param>
    /// <param name="cancellationToken">Ends the call. The only exception that is thrown is for this.</param>
    public async ValueTask<AwsResponse> SendAsync(AwsTarget target, AwsRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var keys = target.Keys ?? await connections.Ambient.GetAsync(cancellationToken);
            using var http = _signer.Sign(target, keys, request);
            using var response = await connections.Http.SendAsync(http, cancellationToken);
            return await ReadAsync(response, keys, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or AmazonClientException)
        {
            // The transport may report the end of a cancelled call as a broken connection.
            cancellationToken.ThrowIfCancellationRequested();
            return new AwsResponse { Failure = connections.Describe(name, exception) };
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            return new AwsResponse { Failure = connections.Describe(name, exception) };
        }
    }

    private async ValueTask<AwsResponse> ReadAsync(HttpResponseMessage response, AwsKeys keys, CancellationToken cancellationToken)
    {
        var status = (int)response.StatusCode;
        var capacity = (int)Math.Min(response.Content.Headers.ContentLength ?? 1024, connections.Options.MaxResponseBytes) + 1;
        var held = 0L;
        if (!_memory.TryHold(capacity, ref held))
        {
            return new AwsResponse { Failure = AnswerMemory.Refuse(AwsErrors.Classify(status), status, RetryAfter.Read(response, connections.TimeProvider)) };
        }

        PooledBuffer? body = null;
        try
        {
            body = new PooledBuffer(capacity);
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                var read = await stream.ReadAsync(body.GetMemory(), cancellationToken);
                body.Advance(read);
                if (body.WrittenCount > connections.Options.MaxResponseBytes)
                {
                    _memory.Own(body, held).Dispose();
                    return new AwsResponse { Failure = Unreadable(status, $"of more than {connections.Options.MaxResponseBytes} bytes", FunctionOutcome.Permanent) };
                }

                if (read == 0)
                {
                    break;
                }

                if (!_memory.TryHold(body.Capacity, ref held))
                {
                    _memory.Own(body, held).Dispose();
                    return new AwsResponse { Failure = AnswerMemory.Refuse(AwsErrors.Classify(status), status, RetryAfter.Read(response, connections.TimeProvider)) };
                }
            }
        }
        catch
        {
            body?.Dispose();
            _memory.Release(held);
            throw;
        }

        if (AnswerCodings.IsCoded(response) && Decode(response, keys, status, ref body, ref held) is { } unreadable)
        {
            return new AwsResponse { Failure = unreadable };
        }

        var owner = _memory.Own(body, held);
        if (status is < 200 or >= 300)
        {
            var failure = ToFailure(response, keys, status, body.WrittenSpan);
            owner.Dispose();
            return new AwsResponse { Failure = failure };
        }

        return new AwsResponse { Keys = keys, Body = body, Owner = owner, FunctionError = Header(response, "X-Amz-Function-Error") };
    }

    // Returns the result of a call whose answer cannot be decoded. Null when it can: then the decoded body takes the other's place.
    private FunctionResult? Decode(HttpResponseMessage response, AwsKeys keys, int status, ref PooledBuffer body, ref long held)
    {
        DecodedAnswer answer;
        try
        {
            answer = AnswerCodings.Decode(response, body, held, connections.Options.MaxResponseBytes, _memory);
        }
        catch
        {
            _memory.Own(body, held).Dispose();
            throw;
        }

        (body, held) = (answer.Body, answer.Held);
        if (answer.Outcome is DecodingOutcome.Complete)
        {
            return null;
        }

        _memory.Own(body, held).Dispose();
        return answer.Outcome is DecodingOutcome.NoRoom
            ? AnswerMemory.Refuse(AwsErrors.Classify(status), status, RetryAfter.Read(response, connections.TimeProvider))
            : Unreadable(status, keys.HideIn(answer.Problem)!, answer.FailureOutcome);
    }

    private FunctionResult Unreadable(int status, string problem, FunctionOutcome afterSuccess)
    {
        var outcome = AwsErrors.Classify(status);
        return new FunctionResult(outcome is FunctionOutcome.Success ? afterSuccess : outcome)
        {
            Error = $"{name} answered with status {status} and a body {problem}.",
        };
    }

    private FunctionResult ToFailure(HttpResponseMessage response, AwsKeys keys, int status, ReadOnlySpan<byte> body)
    {
        var (code, explanation) = ReadError(body);
        code = AwsErrors.Trim(Header(response, "x-amzn-ErrorType")) ?? AwsErrors.Trim(code);
        return AwsErrors.ToResult(name, keys.HideIn(code), keys.HideIn(explanation), status, RetryAfter.Read(response, connections.TimeProvider));
    }

    private static (string? Code, string? Explanation) ReadError(ReadOnlySpan<byte> body)
    {
        try
        {
            var error = JsonElement.Parse(body);
            return error.ValueKind is JsonValueKind.Object
                ? (Text(error, "__type") ?? Text(error, "code"), Text(error, "message") ?? Text(error, "Message"))
                : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static string? Text(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
