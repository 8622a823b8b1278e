using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;

namespace EventGateway.Engine.Registry.Reading;

/// <summary>Reads how a sync subscription's function is called and answers.</summary>
internal static class ModeReader
{
    private static readonly ChoiceNames<RequestMode> Requests = new();
    private static readonly ChoiceNames<ResponseMode> Responses = new();

    public static (RequestMode? Request, ResponseMode? Response) Read(JsonFields fields, SubscriptionType? type)
    {
        var request = fields.Choice("requestMode", Requests);
        var response = fields.Choice("responseMode", Responses);
        if (type is SubscriptionType.Async)
        {
            RefuseAsync(fields, "requestMode", Requests.NameOf(request));
            RefuseAsync(fields, "responseMode", Responses.NameOf(response));
        }
        else if (request is RequestMode.Raw && response is ResponseMode.Described)
        {
            fields.Refuse("responseMode", "\"object\"; raw is accepted with requestMode raw, because a function that gets raw requests does not answer with a response object.");
        }

        return (request, response);
    }

    private static void RefuseAsync(JsonFields fields, string name, string? value)
    {
        if (value is not null)
        {
            fields.Refuse(name, $"\"{value}\"; nothing is accepted in an async subscription, whose sender gets no answer of the function.");
        }
    }
}
