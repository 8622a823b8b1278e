using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Config;

/// <summary>The tables of <c>config.db</c>. A released step is never changed; a new version appends one.</summary>
internal static class ConfigSchema
{
    /// <summary>Marks the file as ours ("EvGw"; https://www.sqlite.org/pragma.html#pragma_application_id).</summary>
    private const int ApplicationId = 0x45764777;

    /// <summary>The steps; their number is the newest version.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(
            "creates the tables",
            $"""
            PRAGMA application_id = {ApplicationId};
            CREATE TABLE config (
                space TEXT NOT NULL,
                kind INTEGER NOT NULL,
                id TEXT NOT NULL,
                revision INTEGER NOT NULL,
                json BLOB NOT NULL,
                PRIMARY KEY (space, kind, id)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE state (
                one INTEGER PRIMARY KEY CHECK (one = 1),
                revision INTEGER NOT NULL
            ) STRICT;
            INSERT INTO state (one, revision) VALUES (1, 0);
            """),

        // Deleted subscriptions whose deliveries may still be in the delivery store, in the files of these numbers or in any file.
        new(
            "keeps deletions of subscriptions until the delivery store has made them",
            """
            CREATE TABLE deletions (
                space TEXT NOT NULL,
                subscription TEXT NOT NULL,
                files TEXT,
                PRIMARY KEY (space, subscription)
            ) STRICT, WITHOUT ROWID;
            """),
    ];

    /// <summary>The kind of file.</summary>
    public static readonly FileSchema Schema = new("config store", ApplicationId, Migrations);
}
