using System.Text.Json;
using System.Text.Json.Serialization;

namespace EventGateway.Abstractions.Secrets;

/// <summary>
/// A secret of a function's settings. It is shown as <see cref="Mask"/> in texts, logs and JSON; only <see cref="Reveal"/> returns it.
/// </summary>
/// <param name="value">The secret.</param>
[JsonConverter(typeof(MaskingConverter))]
public sealed class Secret(string value) : IEquatable<Secret>
{
    /// <summary>Shown in place of a secret. A client that sends it back keeps the stored secret.</summary>
    public const string Mask = CredentialNames.Mask;

    /// <summary>Whether a client sent <see cref="Mask"/> in place of the secret.</summary>
    public bool IsMask => value == Mask;

    /// <summary>Returns the secret itself.</summary>
    public string Reveal() => value;

    /// <summary>Returns <see cref="Mask"/>.</summary>
    public override string ToString() => Mask;

    /// <inheritdoc/>
    public bool Equals(Secret? other) => other is not null && other.Reveal() == value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <inheritdoc/>
    public override int GetHashCode() => value.GetHashCode(StringComparison.Ordinal);

    private sealed class MaskingConverter : JsonConverter<Secret>
    {
        public override Secret? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString() is { } text ? new Secret(text) : null;

        public override void Write(Utf8JsonWriter writer, Secret value, JsonSerializerOptions options) => writer.WriteStringValue(Mask);
    }
}
