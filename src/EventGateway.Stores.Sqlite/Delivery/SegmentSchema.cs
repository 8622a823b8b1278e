using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The tables of a segment's file. Times are microseconds since 1970. A released step is never changed.</summary>
/// <remarks>
/// Bodies stand apart, so that looking for events reads little. Deliveries lie in the order in which they are leased,
/// attempts by event; no index is kept up for either.
/// </remarks>
internal static class SegmentSchema
{
    /// <summary>Marks the file as ours ("EvGd").</summary>
    private const int ApplicationId = 0x45764764;

    /// <summary>The first version whose events have checksums.</summary>
    public const int ChecksumVersion = 3;

    /// <summary>The table that has a copy of each row of <c>subscriptions</c>.</summary>
    public const string SubscriptionCopies = "subscription_copies";

    /// <summary>The kind of file.</summary>
    public static readonly FileSchema Schema = new(
        "delivery store's file",
        ApplicationId,
        [
            new(
                "creates the tables",
                $"""
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
                    format INTEGER NOT NULL
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
                """),

            // Before, copies of events were not told from what was accepted.
            new("keeps why an event was stored", "ALTER TABLE events ADD COLUMN cause INTEGER NOT NULL DEFAULT 0;"),
            new("keeps a checksum of each event", "ALTER TABLE events ADD COLUMN checksum INTEGER;"),

            // Without its subscription no delivery of the file can be made. The trigger also covers what a salvage writes.
            new(
                "keeps a copy of each subscription on another page",
                """
                CREATE TABLE subscription_copies (
                    n INTEGER PRIMARY KEY,
                    space TEXT NOT NULL,
                    subscription TEXT NOT NULL,
                    function TEXT NOT NULL
                ) STRICT;
                INSERT INTO subscription_copies (n, space, subscription, function) SELECT n, space, subscription, function FROM subscriptions;
                CREATE TRIGGER copy_subscription AFTER INSERT ON subscriptions BEGIN
                    INSERT OR REPLACE INTO subscription_copies (n, space, subscription, function)
                    VALUES (new.n, new.space, new.subscription, new.function);
                END;
                """),
        ]);
}
