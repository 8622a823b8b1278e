using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// The tables of replays, of subscriptions that fail, and of keys of events. Times are microseconds since 1970. The types of a replay are a JSON array; its
/// position is the place in the log where it continues. A released step is never changed.
/// </summary>
internal static class ReplaySchema
{
    /// <summary>Marks the file as ours ("EvGr").</summary>
    private const int ApplicationId = 0x45764772;

    /// <summary>The kind of file.</summary>
    public static readonly FileSchema Schema = new(
        "file of replays",
        ApplicationId,
        [
            new(
                "creates the table",
                $"""
                PRAGMA application_id = {ApplicationId};
                CREATE TABLE replays (
                    space TEXT NOT NULL,
                    id TEXT NOT NULL,
                    subscription TEXT NOT NULL,
                    function TEXT NOT NULL,
                    types TEXT NOT NULL,
                    first INTEGER,
                    last INTEGER NOT NULL,
                    created INTEGER NOT NULL,
                    state INTEGER NOT NULL,
                    position TEXT,
                    replayed INTEGER NOT NULL,
                    error TEXT,
                    PRIMARY KEY (space, id)
                ) STRICT, WITHOUT ROWID;
                """),

            // The first program that wrote this file used version 2.
            new("changes nothing", ""),
            new(
                "keeps since when subscriptions fail",
                """
                CREATE TABLE failures (
                    space TEXT NOT NULL,
                    subscription TEXT NOT NULL,
                    since INTEGER NOT NULL,
                    last INTEGER NOT NULL,
                    stage INTEGER NOT NULL,
                    PRIMARY KEY (space, subscription)
                ) STRICT, WITHOUT ROWID;
                """),

            // An event whose file is deleted may still have a key.
            new(
                "keeps the keys of events whose files are deleted",
                """
                CREATE TABLE event_keys (
                    n INTEGER PRIMARY KEY,
                    key BLOB NOT NULL,
                    until INTEGER NOT NULL
                ) STRICT;
                """),
        ]);
}
