using EventGateway.Hosting;
using EventGateway.Options;

return await CommandLine.RunAsync(args, GatewayProgram.RunAsync);
