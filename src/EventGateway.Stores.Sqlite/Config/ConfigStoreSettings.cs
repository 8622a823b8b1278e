using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>What tests set differently.</summary>
internal sealed record ConfigStoreSettings
{
    /// <summary>The schema's steps, in order; the first makes version 1.</summary>
    public IReadOnlyList<Migration> Migrations { get; init; } = ConfigSchema.Migrations;

    /// <summary>How many writes the change feed keeps at most.</summary>
    public int FeedLength { get; init; } = 10_000;

    /// <summary>How many bytes of JSON the change feed keeps at most; the newest write is kept whatever its size.</summary>
    public long FeedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long to wait, in seconds, while another program (a backup, a shell) has the database locked.</summary>
    public int BusySeconds { get; init; } = 5;

    /// <summary>Sees each connection that is going to write.</summary>
    public Action<SqliteConnection>? WriterOpened { get; init; }

    /// <summary>Whether to begin with an empty configuration when its file should be there and is missing. Default: false.</summary>
    public bool AcceptMissing { get; init; }
}
