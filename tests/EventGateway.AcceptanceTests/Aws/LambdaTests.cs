using System.Text.Json.Nodes;
using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Aws;

/// <summary>Lambda functions, in serverless-offline.</summary>
public sealed class LambdaTests(AwsGateway running, LambdaEmulator lambda) : IClassFixture<AwsGateway>, IClassFixture<LambdaEmulator>
{
    private const string Failed = "Function call failed. Please check logs.";

    [Fact]
    public async Task A_function_answers_the_sender_of_an_event()
    {
        var name = await running.SubscribeAsync("awslambda", Provider("hello"), "sync");

        var response = await running.SendAsync(name, "1");

        response.Status.ShouldBe(201, response.ToString());
        response.Text.ShouldBe("Hello, World!");
        response.Header("x-event-type").ShouldBe(name);
    }

    [Fact]
    public async Task An_answer_of_six_megabytes_gets_through()
    {
        var name = await running.SubscribeAsync("awslambda", Provider("large"), "sync");

        var response = await running.SendAsync(name, "1");

        response.Status.ShouldBe(200);
        response.Body.Length.ShouldBe((6 * 1024 * 1024) - 100);
    }

    [Theory]
    [InlineData("fails")]
    [InlineData("absent")]
    public async Task A_function_that_fails_or_is_not_there_is_502(string function)
    {
        var name = await running.SubscribeAsync("awslambda", Provider(function), "sync");

        var response = await running.SendAsync(name, "1");

        response.Status.ShouldBe(502, response.ToString());
        response.Errors.ShouldBe([Failed]);
    }

    [Fact]
    public async Task A_delivery_to_a_function_that_fails_becomes_a_dead_letter_that_tells_why()
    {
        var delivery = new JsonObject { ["backoffDelay"] = "PT0.05S", ["retry"] = 1 };
        var name = await running.SubscribeAsync("awslambda", Provider("fails"), delivery: delivery);

        (await running.SendAsync(name, "1")).Status.ShouldBe(202);

        var letter = (await running.DeadLettersAsync(name, 1))[0];
        letter["attempts"]!.GetValue<int>().ShouldBe(2);
        letter["error"]!.GetValue<string>().ShouldStartWith("The function failed (Unhandled). It said: ");
        letter["error"]!.GetValue<string>().ShouldContain("out of order");
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_is_502()
    {
        var name = await running.SubscribeAsync("awslambda", Provider("hello", $"http://127.0.0.1:{FreePort.Next()}"), "sync");

        var response = await running.SendAsync(name, "1");

        response.Status.ShouldBe(502, response.ToString());
        response.Errors.ShouldBe([Failed]);
    }

    private JsonObject Provider(string function, string? endpoint = null) => new()
    {
        ["arn"] = $"arn:aws:lambda:us-east-1:123456789012:function:{function}",
        ["region"] = "us-east-1",
        ["endpoint"] = endpoint ?? lambda.Url,
    };
}

/// <summary>Lambda, which the tests of a class share.</summary>
public sealed class LambdaEmulator : IAsyncLifetime
{
    private Emulator _emulator = null!;

    /// <summary>Its address.</summary>
    public string Url => _emulator.Url;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() => _emulator = await Emulator.StartLambdaAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _emulator.DisposeAsync();
}
