using EventGateway.Hosting;

// Not a plain return, which would wait for threads that a plug-in has started and left running.
Environment.Exit(await CommandLine.RunAsync(args, GatewayProgram.RunAsync));
