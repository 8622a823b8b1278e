using BenchmarkDotNet.Running;
using EventGateway.MicroBenchmarks;

BenchmarkSwitcher.FromAssembly(typeof(EventSteps).Assembly).Run(args);
