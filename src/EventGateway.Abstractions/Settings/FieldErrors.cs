using System.Text.Json;

namespace EventGateway.Abstractions.Settings;

/// <summary>Collects the errors of JSON fields and words them. Each error names the field and what is accepted.</summary>
public abstract class FieldErrors
{
    /// <summary>Ignores errors. For objects that were checked when they were stored.</summary>
    public static FieldErrors Ignored { get; } = new IgnoredErrors();

    /// <summary>Whether an error was added.</summary>
    public abstract bool Any { get; }

    /// <summary>Whether unknown fields of the outermost object are ignored, as in 0.9. Default: they are errors.</summary>
    public virtual bool IgnoresUnknown => false;

    /// <summary>Adds an error.</summary>
    /// <param name="field">The path of the field: <c>provider.url</c>.</param>
    /// <param name="problem">What is wrong and what is accepted.</param>
    public abstract void Add(string field, string problem);

    /// <summary>Adds errors that name their fields.</summary>
    public abstract void AddRange(IEnumerable<string> errors);

    /// <summary>Adds the error that a required field is missing or empty.</summary>
    /// <param name="field">The path of the field.</param>
    /// <param name="accepted">What is accepted.</param>
    public abstract void AddMissing(string field, string accepted);

    /// <summary>Adds the error that a value is not accepted.</summary>
    /// <param name="field">The path of the field.</param>
    /// <param name="accepted">What is accepted.</param>
    public abstract void AddRefused(string field, JsonElement value, string accepted);

    /// <summary>Adds the error that a value is not a string.</summary>
    /// <param name="field">The path of the field.</param>
    /// <param name="accepted">What is accepted.</param>
    public abstract void AddNotText(string field, JsonElement value, string accepted);

    /// <summary>Adds the error that an object has a field that it does not define.</summary>
    /// <param name="field">The path of the field.</param>
    /// <param name="nearest">The path of the field that was probably meant. Null when no known field is near.</param>
    /// <param name="known">The names of the fields that the object defines.</param>
    public void AddUnknown(string field, string? nearest, IReadOnlyCollection<string> known) =>
        AddRange([NearestName.Describe("field", field, nearest, known)]);

    /// <summary>Adds the error that a field was given more than once.</summary>
    /// <param name="field">The path of the field.</param>
    /// <param name="times">How often it was given.</param>
    public abstract void AddRepeated(string field, int times);

    private sealed class IgnoredErrors : FieldErrors
    {
        public override bool Any => false;

        public override void Add(string field, string problem)
        {
        }

        public override void AddRange(IEnumerable<string> errors)
        {
        }

        public override void AddMissing(string field, string accepted)
        {
        }

        public override void AddRefused(string field, JsonElement value, string accepted)
        {
        }

        public override void AddNotText(string field, JsonElement value, string accepted)
        {
        }

        public override void AddRepeated(string field, int times)
        {
        }
    }
}
