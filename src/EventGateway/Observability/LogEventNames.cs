using System.Collections.Frozen;
using System.Reflection;
using EventGateway.Engine.Registry;
using EventGateway.Stores.Sqlite.Config;

namespace EventGateway.Observability;

/// <summary>The names of the program's log lines: the constants in the <c>LogEvents</c> of each project.</summary>
internal static class LogEventNames
{
    private const string Own = "EventGateway";

    private static readonly FrozenDictionary<int, string> Names =
        new[] { typeof(LogEventNames), typeof(GatewayRegistry), typeof(SqliteConfigStore) }
            .SelectMany(static type => type.Assembly.GetTypes().Where(static other => other.Name is nameof(LogEvents)))
            .SelectMany(static events => events.GetFields(BindingFlags.Static | BindingFlags.Public))
            .ToFrozenDictionary(static field => (int)field.GetRawConstantValue()!, static field => field.Name);

    /// <summary>Returns the name of a log line, or null when it has none.</summary>
    /// <param name="category">The category of the logger. Other programs' lines have ids of their own.</param>
    /// <param name="id">The id, and the name that other programs give to it.</param>
    public static string? Find(string category, EventId id) =>
        category.StartsWith(Own, StringComparison.Ordinal) && Names.TryGetValue(id.Id, out var name) ? name : id.Name;
}
