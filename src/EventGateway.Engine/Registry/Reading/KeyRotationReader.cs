using System.Text.Json;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>Reads requests for a new key.</summary>
internal static class KeyRotationReader
{
    private const string Overlap = "overlap";
    private const string AcceptedOverlap = "an ISO 8601 duration such as PT24H is accepted, at most P30D; 0 means at once.";

    private static readonly ChoiceNames<KeyAlgorithm> Algorithms = new();
    private static readonly TimeSpan DefaultOverlap = TimeSpan.FromHours(24);
    private static readonly TimeSpan MaxOverlap = TimeSpan.FromDays(30);

    /// <summary>Reads a request and reports every error in it.</summary>
    /// <param name="body">A JSON object in UTF-8, or nothing.</param>
    /// <param name="errors">Receives the errors.</param>
    public static KeyRotationRequest Read(ReadOnlyMemory<byte> body, FieldErrors errors)
    {
        var request = new KeyRotationRequest(null, KeyAlgorithm.HmacSha256, DefaultOverlap);
        if (body.IsEmpty || !RequestBody.TryParse(body, errors, out var document))
        {
            return request;
        }

        using (document)
        {
            var fields = new JsonFields(document.RootElement, "", errors);
            request = request with
            {
                Overlap = ReadOverlap(fields) ?? DefaultOverlap,
                Name = fields.Text("name", Names.AcceptedName),
                Algorithm = fields.Choice("algorithm", Algorithms) ?? KeyAlgorithm.HmacSha256,
            };
            fields.RefuseUnknown();
        }

        if (request.Name is { } name)
        {
            Names.CheckName(errors, "name", name);
        }

        return request;
    }

    private static TimeSpan? ReadOverlap(JsonFields fields) => fields.Value(Overlap) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.GetDouble() == 0 => TimeSpan.Zero,
        { ValueKind: JsonValueKind.String } text when text.ValueEquals("0"u8) => TimeSpan.Zero,
        _ => DurationReader.Read(fields, Overlap, AcceptedOverlap, static overlap => overlap >= TimeSpan.Zero && overlap <= MaxOverlap),
    };
}
