using EventGateway.AcceptanceTests.Harness;
using Shouldly;

namespace EventGateway.AcceptanceTests.Clients;

/// <summary>The client for Node.js of the 0.9 Event Gateway (<c>tests/Clients/event-gateway-sdk</c>).</summary>
public sealed class EventGatewaySdkTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task The_sdk_of_0_9_works_unchanged()
    {
        await using var functions = new FunctionServer();
        functions["/greet"] = FunctionAnswer.Of("""{"statusCode":200,"body":"hello"}""");
        await using var gateway = await GatewayProcess.StartAsync("--compat", "0.9");

        var output = await NodeProgram.RunAsync(
            "event-gateway-sdk",
            "index.js", $"http://127.0.0.1:{gateway.EventsPort}", $"http://127.0.0.1:{gateway.ConfigPort}", functions.Url("/greet"));

        output.Trim().ShouldBe("done");
        (await functions.WaitForAsync(2, Timeout)).ShouldBeTrue();
        functions.Calls(0)[1].Json["data"]!["name"]!.GetValue<string>().ShouldBe("Ada");
    }
}
