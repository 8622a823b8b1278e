using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The tables of a segment's file. Times are microseconds since 1970. A released step is never changed.</summary>
/// <remarks>
/// Bodies have their own table, so that a search for events reads little. Deliveries are sorted in the order of their leases,
/// attempts by event. Neither needs another index.
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

            // Before, copies of events looked like accepted events.
            new("keeps why an event was stored", "ALTER TABLE events ADD COLUMN cause INTEGER NOT NULL DEFAULT 0;"),
            new("keeps a checksum of each event", "ALTER TABLE events ADD COLUMN checksum INTEGER;"),

            // A delivery without its subscription cannot be made, so each subscription is stored twice. The trigger also covers salvaged rows.
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

            // Not sorted by key: the keys are in memory, and only an opening reads them.
            new(
                "keeps the keys of events whose repetitions are duplicates",
                """
                CREATE TABLE event_keys (
                    n INTEGER PRIMARY KEY,
                    key BLOB NOT NULL,
                    until INTEGER NOT NULL
                ) STRICT;
                """),
        ]);
}
