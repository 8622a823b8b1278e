using EventGateway.Aws.Calls;
using EventGateway.Aws.Firehose;
using EventGateway.Aws.Kinesis;
using EventGateway.Aws.Lambda;
using EventGateway.Aws.Sqs;
using EventGateway.Core.Functions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EventGateway.Aws;

/// <summary>Adds the AWS function providers.</summary>
public static class AwsProviders
{
    /// <summary>Adds the types <c>awslambda</c>, <c>awskinesis</c>, <c>awsfirehose</c> and <c>awssqs</c>.</summary>
    /// <param name="services">Where to; <see cref="AwsOptions"/> in it say how services are called.</param>
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
