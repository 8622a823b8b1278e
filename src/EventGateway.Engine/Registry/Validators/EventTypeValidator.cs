using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.Reading;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry.Validators;

/// <summary>Validates event types.</summary>
/// <param name="defaults">Says whether there are families.</param>
internal sealed class EventTypeValidator(GatewayDefaults defaults)
    : ResourceValidator<EventType>(ConfigKind.EventType, ResourceJson.Shared.EventType, "Event Type")
{
    public override IReadOnlyList<string> IdFields { get; } = ["name"];

    public override SortedEntries<EventType> In(SpaceState space) => space.EventTypes;

    public override EventType? Read(JsonFields fields, string space, string? id)
    {
        fields.AcceptReadOnly("space");
        Names.CheckSpace(space, fields.Errors);
        var name = id is null ? fields.Required("name", EventTypeNames.Accepted) : fields.Text("name");
        if (id is null && name is not null)
        {
            EventTypeNames.Check(fields.Errors, "name", name, defaults.HasFamilies);
        }

        Names.CheckKept(fields, "name", name, id);
        var authorizerId = fields.Text("authorizerId");
        var dedupWindow = DurationReader.Read(
            fields,
            "dedupWindow",
            "an ISO 8601 duration such as PT10M is accepted, from PT0S to P7D.",
            static window => window >= TimeSpan.Zero && window <= EventKeys.MaxWindow);
        var metadata = fields.Labels("metadata");
        return fields.Errors.Any
            ? null
            : new EventType { Space = space, Name = id ?? name!, AuthorizerId = authorizerId, DedupWindow = dedupWindow, Metadata = metadata };
    }

    public override RegistryError? CheckId(EventType draft)
    {
        var errors = NewErrors();
        EventTypeNames.Check(errors, "name", draft.Name, defaults.HasFamilies);
        return errors.Any ? errors.ToError() : null;
    }

    public override RegistryError? CheckCreate(RegistrySnapshot snapshot, EventType draft) => CheckAuthorizer(snapshot, draft);

    public override RegistryError? CheckUpdate(RegistrySnapshot snapshot, EventType current, EventType draft) =>
        CheckAuthorizer(snapshot, draft);

    public override RegistryError? CheckDelete(RegistrySnapshot snapshot, EventType current) =>
        snapshot.Space(current.Space).Uses.IsSubscribed(current.Name)
            ? new RegistryError(RegistryReason.InUse, "Event type cannot be deleted because there are subscriptions using it.")
            : null;

    protected override SpaceState With(SpaceState space, SortedEntries<EventType> entries) =>
        space with { EventTypes = entries };

    protected override EventType Restore(EventType stored, ConfigKey key, SpaceState space) =>
        stored with { Space = space.Name, Name = SystemEventTypes.Shared(key.Id) ?? key.Id };

    protected override SpaceUses Index(SpaceUses uses, EventType? before, EventType? now)
    {
        uses = before is null ? uses : uses.Without(before);
        return now is null ? uses : uses.With(now);
    }

    private RegistryError? CheckAuthorizer(RegistrySnapshot snapshot, EventType draft)
    {
        if (draft.AuthorizerId is not { } functionId || snapshot.Space(draft.Space).Functions.Find(functionId) is not null)
        {
            return null;
        }

        var errors = NewErrors();
        errors.Add("authorizerId", $"function \"{functionId}\" not found; the id of a function of the space is accepted.");
        return errors.ToError();
    }
}
