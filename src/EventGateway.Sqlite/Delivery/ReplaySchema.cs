namespace EventGateway.Sqlite.Delivery;

/// <summary>The table of replays. Times are microseconds since 1970.</summary>
internal static class ReplaySchema
{
    /// <summary>Marks the file as ours ("EvGr"; https://www.sqlite.org/pragma.html#pragma_application_id).</summary>
    public const int ApplicationId = 0x45764772;

    /// <summary>Makes the table. The types are a JSON array; the position is where in the log the replay goes on.</summary>
    public static readonly string Sql =
        $"""
        BEGIN IMMEDIATE;
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
        PRAGMA user_version = {PeriodSchema.Version};
        COMMIT;
        """;
}
