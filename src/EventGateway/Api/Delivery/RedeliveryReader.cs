using System.Text.Json;
using EventGateway.Abstractions.Settings;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.Reading;

namespace EventGateway.Api.Delivery;

/// <summary>Reads the body of a request to deliver an event again.</summary>
internal static class RedeliveryReader
{
    private const string SubscriptionIds = "subscriptionIds";

    /// <summary>Reads a request.</summary>
    /// <param name="body">A JSON object, or nothing.</param>
    /// <param name="subscriptionIds">The ids, each once. Null when none are given.</param>
    /// <param name="errors">One text per broken rule, each naming the field.</param>
    /// <returns>Whether the request is valid.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> body, out IReadOnlyList<string>? subscriptionIds, out IReadOnlyList<string> errors)
    {
        subscriptionIds = null;
        errors = [];
        if (body.IsEmpty)
        {
            return true;
        }

        var broken = new ValidationErrors("");
        if (RequestBody.TryParse(body, broken, out var document))
        {
            using (document)
            {
                var fields = new JsonFields(document.RootElement, "", broken);
                subscriptionIds = fields.Texts(SubscriptionIds)?.Distinct(StringComparer.Ordinal).ToList();
                fields.RefuseUnknown();

                // A list that a script left empty must not select all.
                var list = fields.Value(SubscriptionIds);
                if (list.ValueKind is JsonValueKind.Array && list.GetArrayLength() == 0)
                {
                    fields.Refuse(SubscriptionIds, "empty; leave it out, or name at least one subscription.");
                }
            }
        }

        errors = broken.Any ? broken.ToError().Messages : [];
        return !broken.Any;
    }
}
