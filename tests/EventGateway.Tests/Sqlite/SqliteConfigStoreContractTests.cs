using EventGateway.Core.Registry;
using EventGateway.Sqlite;
using EventGateway.Tests.Harness;
using EventGateway.Tests.Registry;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EventGateway.Tests.Sqlite;

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
