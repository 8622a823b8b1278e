using EventGateway.Abstractions.Functions;
using EventGateway.Functions.Aws.Calls;
using EventGateway.Functions.Aws.Firehose;
using EventGateway.Functions.Aws.Kinesis;
using EventGateway.Functions.Aws.Lambda;
using EventGateway.Functions.Aws.Sqs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventGateway.Functions.Aws;

/// <summary>Adds the AWS function providers.</summary>
public static class AwsProviders
{
    /// <summary>Adds the types <c>awslambda</c>, <c>awskinesis</c>, <c>awsfirehose</c> and <c>awssqs</c>.</summary>
    /// <param name="services">The services. <see cref="AwsOptions"/> among them configure the calls.</param>
    public static IServiceCollection AddAwsProviders(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AwsOptions>();
        return services
            .AddSingleton<AwsConnections>()
            .AddSingleton<IFunctionProvider, LambdaFunctionProvider>()
            .AddSingleton<IFunctionProvider, KinesisFunctionProvider>()
            .AddSingleton<IFunctionProvider, FirehoseFunctionProvider>()
            .AddSingleton<IFunctionProvider, SqsFunctionProvider>();
    }
}
