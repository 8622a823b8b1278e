using EventGateway.Stores.Sqlite.Database;

namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>The tables of the file of dead letters. Times are microseconds since 1970. A released step is never changed.</summary>
/// <remarks>
/// A dead letter has all the data to deliver it again, so the file of its segment can be deleted. After a crash between storing
/// it and deleting the delivery, the second dead letter replaces the first.
/// </remarks>
internal static class DeadLetterSchema
{
    /// <summary>Marks the file as ours ("EvGl").</summary>
    private const int ApplicationId = 0x4576476C;

    /// <summary>The kind of file.</summary>
    public static readonly FileSchema Schema = new(
        "file of dead letters",
        ApplicationId,
        [
            new(
                "creates the tables",
                $"""
                PRAGMA application_id = {ApplicationId};
                CREATE TABLE state (
                    one INTEGER PRIMARY KEY CHECK (one = 1),
                    opened INTEGER NOT NULL
                ) STRICT;
                INSERT INTO state (one, opened) VALUES (1, 0);
                CREATE TABLE dead_letters (
                    n INTEGER PRIMARY KEY AUTOINCREMENT,
                    space TEXT NOT NULL,
                    subscription TEXT NOT NULL,
                    function TEXT NOT NULL,
                    event TEXT NOT NULL,
                    type TEXT NOT NULL,
                    accepted INTEGER NOT NULL,
                    died INTEGER NOT NULL,
                    attempts INTEGER NOT NULL,
                    reason TEXT NOT NULL,
                    status INTEGER,
                    format INTEGER NOT NULL,
                    body BLOB NOT NULL,
                    from_period INTEGER NOT NULL,
                    from_event INTEGER NOT NULL,
                    from_subscription INTEGER NOT NULL,
                    UNIQUE (from_period, from_event, from_subscription)
                ) STRICT;
                CREATE INDEX dead_letters_of_space ON dead_letters (space, n);
                """),
            new("changes nothing", ""),

            // Files of version 2 exist with the column and without it.
            new(
                "keeps what the function answered",
                "ALTER TABLE dead_letters ADD COLUMN error TEXT;",
                FileSchema.HasColumn("dead_letters", "error")),
            new("keeps the checksum of each event", "ALTER TABLE dead_letters ADD COLUMN checksum INTEGER;"),
            new("keeps the store's time", "ALTER TABLE state ADD COLUMN clock INTEGER NOT NULL DEFAULT 0;"),
        ]);
}
