using System.Buffers;
using System.Text;
using System.Text.Json;

namespace EventGateway.CloudEvents;

/// <summary>A member of a JSON object: the positions of its name and its value in the document.</summary>
internal readonly record struct JsonMember(int NameStart, int NameLength, bool IsNameEscaped, int ValueStart, int ValueLength, JsonTokenType Type, bool IsValueEscaped);

/// <summary>The members of one JSON object, read in one pass. Values are skipped. Dispose to return the memory.</summary>
internal struct JsonMembers : IDisposable
{
    private readonly ReadOnlyMemory<byte> _json;
    private JsonMember[] _members = ArrayPool<JsonMember>.Shared.Rent(16);

    private JsonMembers(ReadOnlyMemory<byte> json) => _json = json;

    public int Count { get; private set; }

    public readonly ref readonly JsonMember this[int index] => ref _members[index];

    /// <summary>Reads a document that is one object and checks that the whole document is well-formed.</summary>
    /// <param name="maxDepth">The maximum depth of the document.</param>
    /// <exception cref="JsonException">The document is not well-formed, or nested too deeply.</exception>
    public static bool TryReadDocument(ReadOnlyMemory<byte> json, out JsonMembers members, int maxDepth = int.MaxValue)
    {
        var reader = new Utf8JsonReader(json.Span, JsonText.Options(maxDepth));
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            reader.Read();
            members = default;
            return false;
        }

        members = ReadObject(ref reader, json);
        try
        {
            // Throws when something follows the object.
            reader.Read();
            return true;
        }
        catch (JsonException)
        {
            members.Dispose();
            throw;
        }
    }

    /// <summary>Reads the object at the reader's position and moves the reader to its end.</summary>
    /// <exception cref="JsonException">The object is not well-formed, or nested too deeply.</exception>
    public static JsonMembers ReadObject(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json)
    {
        var members = new JsonMembers(json);
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                members.Add(ref reader);
            }

            return members;
        }
        catch (JsonException)
        {
            members.Dispose();
            throw;
        }
    }

    /// <summary>Returns the name in UTF-8. A name with a lone surrogate stays escaped.</summary>
    public readonly ReadOnlySpan<byte> NameUtf8(int index)
    {
        var member = _members[index];
        var raw = _json.Span.Slice(member.NameStart, member.NameLength);
        if (!member.IsNameEscaped)
        {
            return raw;
        }

        var name = JsonText.Unescape(_json.Span.Slice(member.NameStart - 1, member.NameLength + 2));
        return name is null ? raw : Encoding.UTF8.GetBytes(name);
    }

    /// <summary>Returns the value as it is in the document.</summary>
    public readonly ReadOnlyMemory<byte> RawValue(int index) => _json.Slice(_members[index].ValueStart, _members[index].ValueLength);

    /// <summary>Returns the value with the white space between the colon and the end of the member.</summary>
    public readonly ReadOnlyMemory<byte> RawValueWithSpace(int index)
    {
        var json = _json.Span;
        var (start, end) = (_members[index].ValueStart, _members[index].ValueStart + _members[index].ValueLength);
        // A member stands between a colon and a comma or brace, so the document cannot end before them.
        while (JsonText.IsSpace(json[start - 1]))
        {
            start--;
        }

        while (JsonText.IsSpace(json[end]))
        {
            end++;
        }

        return _json[start..end];
    }

    /// <summary>Returns whether a member has a name.</summary>
    public readonly bool IsNamed(int index, ReadOnlySpan<byte> name, bool ignoreCase = false)
    {
        var own = NameUtf8(index);
        return ignoreCase ? Ascii.EqualsIgnoreCase(own, name) : own.SequenceEqual(name);
    }

    public readonly string Name(int index) => Encoding.UTF8.GetString(NameUtf8(index));

    /// <summary>Returns the text of a string, or null when it has a lone surrogate.</summary>
    public readonly string? StringValue(int index)
    {
        var raw = RawValue(index).Span;
        return _members[index].IsValueEscaped ? JsonText.Unescape(raw) : Encoding.UTF8.GetString(raw[1..^1]);
    }

    public void Dispose()
    {
        var members = _members;
        if (members is not null)
        {
            _members = null!;
            ArrayPool<JsonMember>.Shared.Return(members);
        }
    }

    private void Add(ref Utf8JsonReader reader)
    {
        var nameStart = (int)reader.TokenStartIndex + 1;
        var nameLength = reader.ValueSpan.Length;
        var isNameEscaped = reader.ValueIsEscaped;
        reader.Read();
        var type = reader.TokenType;
        var valueStart = (int)reader.TokenStartIndex;
        var isValueEscaped = type == JsonTokenType.String && reader.ValueIsEscaped;
        reader.Skip();
        if (Count == _members.Length)
        {
            var larger = ArrayPool<JsonMember>.Shared.Rent(Count * 2);
            _members.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<JsonMember>.Shared.Return(_members);
            _members = larger;
        }

        _members[Count++] = new JsonMember(nameStart, nameLength, isNameEscaped, valueStart, (int)reader.BytesConsumed - valueStart, type, isValueEscaped);
    }
}
