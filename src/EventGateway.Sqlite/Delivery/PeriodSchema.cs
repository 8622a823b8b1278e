namespace EventGateway.Sqlite.Delivery;

/// <summary>The tables of a period's file. Times are microseconds since 1970.</summary>
internal static class PeriodSchema
{
    /// <summary>Marks the file as ours ("EvGd"; https://www.sqlite.org/pragma.html#pragma_application_id).</summary>
    public const int ApplicationId = 0x45764764;

    /// <summary>The version of the tables.</summary>
    public const int Version = 2;

    /// <summary>
    /// Makes the tables. Bodies stand apart, so that looking for events reads little. Deliveries lie in the order in which
    /// they are leased, attempts by event; no index is kept up for either.
    /// </summary>
    public static readonly string Sql =
        $"""
        BEGIN IMMEDIATE;
        PRAGMA application_id = {ApplicationId};
        CREATE TABLE subscriptions (
            n INTEGER PRIMARY KEY,
            space TEXT NOT NULL,
            subscription TEXT NOT NULL,
            function TEXT NOT NULL
        ) STRICT;
        CREATE TABLE events (
            n INTEGER PRIMARY KEY,
            space TEXT NOT NULL,
            id TEXT NOT NULL,
            type TEXT NOT NULL,
            source TEXT NOT NULL,
            time TEXT,
            accepted INTEGER NOT NULL,
            format INTEGER NOT NULL,
            cause INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE bodies (
            event INTEGER PRIMARY KEY,
            body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE deliveries (
            subscription INTEGER NOT NULL,
            due INTEGER NOT NULL,
            n INTEGER NOT NULL,
            event INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            PRIMARY KEY (subscription, due, n)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE attempts (
            event INTEGER NOT NULL,
            n INTEGER NOT NULL,
            subscription INTEGER NOT NULL,
            fate INTEGER NOT NULL,
            time INTEGER NOT NULL,
            duration INTEGER,
            outcome INTEGER,
            status INTEGER,
            error TEXT,
            PRIMARY KEY (event, n)
        ) STRICT, WITHOUT ROWID;
        PRAGMA user_version = {Version};
        COMMIT;
        """;
}
