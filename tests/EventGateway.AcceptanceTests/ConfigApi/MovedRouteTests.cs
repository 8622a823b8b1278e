using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.ConfigApi;

/// <summary>A route moves to another function while requests come in.</summary>
public sealed class MovedRouteTests(RunningGateway running) : IClassFixture<RunningGateway>
{
    private const int Senders = 4;
    private const int Moves = 25;

    [Theory]
    [InlineData("event")]
    [InlineData("raw")]
    public async Task Answers_every_request_while_a_route_moves(string requestMode)
    {
        var path = $"/moved-{requestMode}";
        var functions = new[] { running.NewName(), running.NewName() };
        foreach (var function in functions)
        {
            // A raw request is sent to the path below the function's URL.
            running.Functions["/" + function + (requestMode is "raw" ? path : "")] = FunctionAnswer.Of(requestMode is "raw" ? function : $$"""{"statusCode":200,"body":"{{function}}"}""");
            var created = await running.Config.PostAsync(
                "/v1/spaces/default/functions", $$$"""{"functionId":"{{{function}}}","type":"http","provider":{"url":"{{{running.Functions.Url("/" + function)}}}"}}""");
            created.Status.ShouldBe(201, created.ToString());
        }

        var subscription = (await running.Config.PostAsync("/v1/spaces/default/subscriptions", BodyOf(functions[0], path, requestMode))).Json;
        using var moved = new CancellationTokenSource();
        var answers = new ConcurrentDictionary<string, int>();
        var senders = Enumerable.Range(0, Senders).Select(_ => SendAsync(path, answers, moved.Token)).ToArray();

        for (var i = 1; i <= Moves; i++)
        {
            var function = functions[i % 2];
            var response = await running.Config.SendAsync(
                RawRequest.Json("PUT", $"/v1/spaces/default/subscriptions/{subscription["subscriptionId"]}", BodyOf(function, path, requestMode)));
            response.Status.ShouldBe(200, response.ToString());
            var answer = await running.Events.PostAsync(path, "{}");
            answer.Text.Trim().ShouldBe(function, answer.ToString());
        }

        await moved.CancelAsync();
        await Task.WhenAll(senders);
        answers.Keys.ShouldBe(functions.Select(function => $"200 {function}"), ignoreOrder: true);
    }

    private static string BodyOf(string functionId, string path, string requestMode) => new JsonObject
    {
        ["type"] = "sync",
        ["eventType"] = "http.request",
        ["functionId"] = functionId,
        ["path"] = path,
        ["requestMode"] = requestMode,
    }.ToJsonString();

    private async Task SendAsync(string path, ConcurrentDictionary<string, int> answers, CancellationToken moved)
    {
        while (!moved.IsCancellationRequested)
        {
            var response = await running.Events.PostAsync(path, "{}");
            answers.AddOrUpdate($"{response.Status} {response.Text.Trim()}", 1, static (_, count) => count + 1);
        }
    }
}
