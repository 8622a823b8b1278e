using System.Text.Json;

namespace EventGateway.Abstractions.Settings;

public sealed partial class JsonFields
{
    // Each costs a sender a few bytes, and the gateway an error.
    private const int MaxUnknown = 20;

    // All objects that the fields can have, and those that the request has.
    private readonly List<(string Name, Func<JsonFields, object?> Read)> _objects = [];
    private readonly List<JsonFields> _nested = [];
    private string[] _readOnly = [];
    private bool _acceptsAll;

    /// <summary>Accepts all fields of the object, known or not.</summary>
    public void AcceptAll() => _acceptsAll = true;

    /// <summary>Accepts fields that answers have and that requests cannot set, so that an answer can be sent back.</summary>
    /// <param name="names">The fields.</param>
    public void AcceptReadOnly(params string[] names) => _readOnly = names;

    /// <summary>
    /// Adds an error for each field of the object, and of the objects in it, that was not read. Must be called last. The errors name
    /// the field that was probably meant, which can belong to another of these objects: <c>delivery.retry</c> for <c>retry</c>.
    /// </summary>
    public void RefuseUnknown() => RefuseUnknown(above: null);

    private void RefuseUnknown(JsonFields? above)
    {
        if (!_acceptsAll && (above is not null || !errors.IgnoresUnknown) && element.ValueKind is JsonValueKind.Object)
        {
            var unknown = element.EnumerateObject().Select(static property => property.Name).Where(IsUnknown).Distinct().ToList();
            foreach (var name in unknown.Take(MaxUnknown))
            {
                errors.AddUnknown(PathOf(name), Nearest(name, above), _known);
            }

            if (unknown.Count > MaxUnknown)
            {
                errors.AddRange([$"{unknown.Count - MaxUnknown} more unknown fields{(path.Length == 0 ? "" : $" in {path}")}."]);
            }
        }

        foreach (var fields in _nested)
        {
            fields.RefuseUnknown(this);
        }
    }

    private bool IsUnknown(string name) =>
        !_known.Contains(name, StringComparer.OrdinalIgnoreCase) && !_readOnly.Contains(name, StringComparer.OrdinalIgnoreCase);

    // Returns the path of the field that was probably meant: the same name in another object, or a similar one in this object
    // or another.
    private string? Nearest(string name, JsonFields? above)
    {
        List<(string Path, List<string> Names)> others = [.. _objects.Select(nested => (PathOf(nested.Name), NamesIn(nested.Read)))];
        if (above is not null)
        {
            others.Add((above.Path, above._known));
        }

        foreach (var other in others)
        {
            if (other.Names.Find(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } same)
            {
                return Join(other.Path, same);
            }
        }

        return NearestName.Find(name, _known) is { } near
            ? PathOf(near)
            : others.Select(other => NearestName.Find(name, other.Names) is { } similar ? Join(other.Path, similar) : null).FirstOrDefault(found => found is not null);
    }

    // Reads an empty object, only to learn which fields the object can have.
    private static List<string> NamesIn(Func<JsonFields, object?> read)
    {
        var fields = new JsonFields(default, "", new SettingErrors([]));
        read(fields);
        return fields._known;
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
