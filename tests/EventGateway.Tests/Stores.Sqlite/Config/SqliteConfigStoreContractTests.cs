using EventGateway.Abstractions.Config;
using EventGateway.Stores.Sqlite.Config;
using EventGateway.Tests.Engine.Registry;
using EventGateway.Tests.Harness;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EventGateway.Tests.Stores.Sqlite.Config;

public sealed class SqliteConfigStoreContractTests : ConfigStoreContract
{
    private readonly TemporaryDirectory _directory = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directory.Dispose();
    }

    protected override async ValueTask<IConfigStore> OpenAsync() => await SqliteConfigStore.OpenAsync(
        _directory.Path, TimeProvider.System, NullLogger.Instance, TestContext.Current.CancellationToken);
}
