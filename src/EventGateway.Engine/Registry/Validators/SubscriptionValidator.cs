using System.Text.Json;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Functions;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Engine.Functions;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.Reading;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry.Validators;

/// <summary>Validates subscriptions.</summary>
internal sealed class SubscriptionValidator(FunctionProviders providers, GatewayDefaults defaults, TimeProvider time)
    : ResourceValidator<Subscription>(ConfigKind.Subscription, ResourceJson.Shared.Subscription, "Subscription")
{
    private const string DisabledByClient = "It was disabled through the Configuration API.";

    private const string AcceptedTypes = "sync and async are accepted.";

    public override IReadOnlyList<string> IdFields { get; } = ["type", "eventType", "functionId", "path", "method"];

    public override SortedEntries<Subscription> In(SpaceState space) => space.Subscriptions;

    public override Subscription? Read(JsonFields fields, string space, string? id)
    {
        fields.AcceptReadOnly("space", "subscriptionId", "disabledReason", "disabledAt");
        Names.CheckSpace(space, fields.Errors);
        var typeName = fields.Required("type", AcceptedTypes);
        var type = typeName is null ? SubscriptionType.Async : ReadType(typeName);
        if (type is null)
        {
            fields.Refuse("type", $"\"{typeName}\"; {AcceptedTypes}");
        }

        var eventType = fields.Required("eventType", "the name of an event type of the space is accepted.");
        var functionId = fields.Required("functionId", "the id of a function of the space is accepted.");
        var path = Names.Path(fields.Text("path"));
        if (id is null && FindMistake(path, type) is { } mistake)
        {
            fields.Refuse("path", mistake);
        }

        var methodName = fields.Text("method", Names.AcceptedMethod);
        var method = string.IsNullOrEmpty(methodName) ? "POST" : Names.Method(methodName.ToUpperInvariant());
        if (method is null)
        {
            fields.Refuse("method", $"\"{methodName}\"; {Names.AcceptedMethod}");
        }

        var cors = fields.Nested("cors", settings => CorsReader.Read(settings, new CorsSettings(), defaults));
        var delivery = fields.Nested("delivery", DeliveryReader.Read);
        var (requestMode, responseMode) = ModeReader.Read(fields, type);
        var reply = fields.Flag("reply");
        if (reply is not null && type is SubscriptionType.Sync)
        {
            fields.Refuse("reply", "only async subscriptions accept it; the answer of a sync subscription goes to the sender.");
        }

        var enabled = fields.Flag("enabled");
        var metadata = fields.Labels("metadata");
        if (fields.Errors.Any)
        {
            return null;
        }

        if (id is null)
        {
            id = SubscriptionId.Create(type!.Value, eventType!, functionId!, path, method!);
            Names.CheckLength(fields, "path", id);
            if (fields.Errors.Any)
            {
                return null;
            }
        }

        return new Subscription
        {
            Space = space,
            SubscriptionId = id,
            Type = type!.Value,
            EventType = eventType!,
            FunctionId = functionId!,
            Path = path,
            Method = method!,
            Cors = cors,
            Delivery = delivery,
            RequestMode = requestMode,
            ResponseMode = responseMode,
            Reply = reply,
            Enabled = enabled,
            Metadata = metadata,
        };
    }

    public override RegistryError? CheckId(Subscription draft) => CheckId(
        "subscriptionId", draft.SubscriptionId, SubscriptionId.Create(draft.Type, draft.EventType, draft.FunctionId, draft.Path, draft.Method));

    public override RegistryError? CheckCreate(RegistrySnapshot snapshot, Subscription draft)
    {
        var space = snapshot.Space(draft.Space);
        var missing = new List<string>();
        if (!SystemEventTypes.Contains(draft.EventType) && space.EventTypes.Find(draft.EventType) is null)
        {
            missing.Add($"Event Type \"{draft.EventType}\" not found." + (defaults.AnyForm ? "" : " Register it first."));
        }

        AddIfMissing(missing, space, draft.FunctionId);
        AddIfMissing(missing, space, draft.Delivery?.DeadLetterFunctionId);
        return Refusal(missing) ?? CheckMode(space, draft) ?? CheckTwice(space, draft) ?? CheckPath(snapshot, draft);
    }

    // A stored subscription keeps its path, whatever it is.
    private string? FindMistake(string path, SubscriptionType? type) =>
        defaults.AnyForm || PathRules.FindMistake(path, type is SubscriptionType.Async) is not { } mistake ? null : $"\"{path}\"; {mistake}";

    public override RegistryError? CheckUpdate(RegistrySnapshot snapshot, Subscription current, Subscription draft)
    {
        var changed = new List<string>();
        AddIf(changed, current.Type != draft.Type, "Type");
        AddIf(changed, current.EventType != draft.EventType, "EventType");
        // The id of a sync subscription does not contain the function.
        var isMoved = current.FunctionId != draft.FunctionId;
        var space = snapshot.Space(draft.Space);
        AddIf(changed, isMoved && current.Type is SubscriptionType.Async, "FunctionID");
        AddIf(changed, current.Path != draft.Path, "Path");
        AddIf(changed, current.Method != draft.Method, "Method");
        AddIfMissing(changed, space, isMoved && current.Type is SubscriptionType.Sync ? draft.FunctionId : null);
        AddIfMissing(changed, space, draft.Delivery?.DeadLetterFunctionId);
        return Refusal(changed) ?? CheckMode(space, draft) ?? (isMoved ? CheckTwice(space, draft) : null);
    }

    public override Subscription Stamp(Subscription draft, Subscription? current) =>
        draft.Enabled is not false ? draft
        : current is { Enabled: false } ? draft with { DisabledReason = current.DisabledReason, DisabledAt = current.DisabledAt }
        : Disable(draft, DisabledByClient);

    /// <summary>Returns a subscription as disabled.</summary>
    /// <param name="reason">Why, in words that its owner understands.</param>
    public Subscription Disable(Subscription enabled, string reason) =>
        enabled with { Enabled = false, DisabledReason = reason, DisabledAt = time.GetUtcNow().UtcDateTime };

    protected override SpaceState With(SpaceState space, SortedEntries<Subscription> entries) =>
        space with { Subscriptions = entries };

    protected override Subscription Restore(Subscription stored, ConfigKey key, SpaceState space) => stored with
    {
        Space = space.Name,
        SubscriptionId = key.Id,
        EventType = SystemEventTypes.Shared(stored.EventType) ?? space.EventTypes.Find(stored.EventType)?.Id ?? stored.EventType,
        FunctionId = space.Functions.Find(stored.FunctionId)?.Id ?? stored.FunctionId,
        Path = Names.Path(stored.Path),
        Method = Names.Method(stored.Method) ?? throw new JsonException("method"),
        Delivery = stored.Delivery is { } delivery ? Share(delivery, space) : null,
    };

    protected override SpaceUses Index(SpaceUses uses, Subscription? before, Subscription? now)
    {
        uses = before is null ? uses : uses.Without(before);
        return now is null ? uses : uses.With(now);
    }

    protected override RegistrySnapshot Relate(RegistrySnapshot snapshot, SpaceState space, Subscription? before, Subscription? now)
    {
        var routes = before is null ? snapshot.Routes : snapshot.Routes.Without(before);

        // Another instance may have deleted the function at the same time. The subscription has no route then.
        if (now is not null && space.Functions.Find(now.FunctionId)?.Resource is { } function)
        {
            routes = routes.With(new Route(now, function));
        }

        return snapshot with { Routes = routes };
    }

    private static DeliverySettings Share(DeliverySettings settings, SpaceState space) => space.Uses.Share(
        settings.DeadLetterFunctionId is { } id ? settings with { DeadLetterFunctionId = space.Functions.Find(id)?.Id ?? id } : settings);

    private static SubscriptionType? ReadType(string name) => name switch
    {
        "sync" => SubscriptionType.Sync,
        "async" => SubscriptionType.Async,
        _ => null,
    };

    // An event calls a function once for a method and path.
    private static RegistryError? CheckTwice(SpaceState space, Subscription draft)
    {
        var otherType = draft.Type is SubscriptionType.Sync ? SubscriptionType.Async : SubscriptionType.Sync;
        if (FindSame(space, draft, otherType, draft.EventType) is { } same)
        {
            return new RegistryError(
                RegistryReason.AlreadyExists,
                $"Subscription \"{same.SubscriptionId}\" is {(otherType is SubscriptionType.Sync ? "sync" : "async")} and calls the same function for {same.EventType} "
                + "on the same method and path. An event calls a function once.");
        }

        foreach (var eventType in space.FindOverlapping(draft.EventType))
        {
            // Of two sync subscriptions only one answers.
            var other = FindSame(space, draft, SubscriptionType.Async, eventType)
                ?? (draft.Type is SubscriptionType.Async ? FindSame(space, draft, SubscriptionType.Sync, eventType) : null);
            if (other is not null)
            {
                return new RegistryError(
                    RegistryReason.AlreadyExists,
                    $"Subscription \"{other.SubscriptionId}\" to {eventType} calls the same function on the same method and path. It has events in common "
                    + $"with {draft.EventType}, and an event calls a function once.");
            }
        }

        return null;
    }

    // The ids are derived, so a subscription to another event type is found by its id.
    private static Subscription? FindSame(SpaceState space, Subscription draft, SubscriptionType type, string eventType) =>
        space.Subscriptions.Find(SubscriptionId.Create(type, eventType, draft.FunctionId, draft.Path, draft.Method))?.Resource is { } found
        && found.FunctionId == draft.FunctionId
            ? found
            : null;

    private RegistryError? CheckMode(SpaceState space, Subscription draft)
    {
        if (!draft.AnswersRaw || space.Functions.Find(draft.FunctionId)?.Resource is not { } function)
        {
            return null;
        }

        var errors = NewErrors();
        if (!providers.TryGet(function.Type, out var provider) || provider is not IRawFunctionProvider http)
        {
            errors.Add(
                draft.RequestMode is RequestMode.Raw ? "requestMode" : "responseMode",
                $"\"raw\"; the function is of the type {function.Type}, and only functions that are called over HTTP accept raw requests and answers.");
        }
        else if (draft.RequestMode is RequestMode.Raw && http.IsSigned(function))
        {
            errors.Add("requestMode", "\"raw\"; the function's requests are signed, and raw requests cannot be signed.");
        }

        return errors.Any ? errors.ToError() : null;
    }

    private RegistryError? CheckPath(RegistrySnapshot snapshot, Subscription draft) =>
        FindMistake(draft.Path, draft.Type) is { } mistake ? ErrorOf("path", mistake)
        : snapshot.Routes.FindConflict(draft, defaults.ExclusiveSegments) is { } conflict
            ? new RegistryError(RegistryReason.Invalid, conflict)
            : null;

    private static void AddIfMissing(List<string> texts, SpaceState space, string? functionId)
    {
        if (functionId is not null && space.Functions.Find(functionId) is null)
        {
            texts.Add($"Function \"{functionId}\" not found.");
        }
    }

    private static void AddIf(List<string> texts, bool changed, string field)
    {
        if (changed)
        {
            texts.Add($"Invalid update. '{field}' of existing subscription cannot be updated.");
        }
    }
}
