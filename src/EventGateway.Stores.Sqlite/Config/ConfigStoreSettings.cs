using EventGateway.Stores.Sqlite.Database;
using Microsoft.Data.Sqlite;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>Settings that only tests change.</summary>
internal sealed record ConfigStoreSettings
{
    /// <summary>The schema's steps, in order; the first makes version 1.</summary>
    public IReadOnlyList<Migration> Migrations { get; init; } = ConfigSchema.Migrations;

    /// <summary>How many writes the change feed keeps at most.</summary>
    public int FeedLength { get; init; } = 10_000;

    /// <summary>Bytes of JSON that the change feed keeps at most. The newest write is kept even if it is larger.</summary>
    public long FeedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long to wait, in seconds, while another program (a backup, a shell) has the database locked.</summary>
    public int BusySeconds { get; init; } = 5;

    /// <summary>Receives each connection that is opened for writing.</summary>
    public Action<SqliteConnection>? WriterOpened { get; init; }

    /// <summary>Whether to begin with an empty configuration when its file should be there and is missing. Default: false.</summary>
    public bool AcceptMissing { get; init; }
}
