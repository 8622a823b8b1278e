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

/// <summary>Validates functions.</summary>
internal sealed class FunctionValidator : ResourceValidator<Function>
{
    private static readonly JsonElement NoSettings = JsonElement.Parse("{}"u8);

    private readonly FunctionProviders _providers;
    private readonly GatewayDefaults _defaults;
    private readonly string _acceptedTypes;

    public FunctionValidator(FunctionProviders providers, GatewayDefaults defaults)
        : base(ConfigKind.Function, ResourceJson.Shared.Function, "Function", "already registered.")
    {
        _providers = providers;
        _defaults = defaults;
        _acceptedTypes = $"accepted: {string.Join(", ", providers.Types)}.";
    }

    public override IReadOnlyList<string> IdFields { get; } = ["functionId"];

    public override SortedEntries<Function> In(SpaceState space) => space.Functions;

    public override Function? Read(JsonFields fields, string space, string? id)
    {
        fields.AcceptReadOnly("space");
        Names.CheckSpace(space, fields.Errors);
        var sent = id is null ? fields.Required("functionId", Names.AcceptedName) : fields.Text("functionId");
        var functionId = id ?? sent;
        if (functionId is not null)
        {
            Names.CheckName(fields.Errors, "functionId", functionId);
        }

        Names.CheckKept(fields, "functionId", sent, id);
        var type = fields.Required("type", _acceptedTypes);
        var provider = fields.Value("provider");
        var metadata = fields.Labels("metadata");
        if (type is not null)
        {
            provider = CheckProvider(fields, ref type, provider);
        }

        return fields.Errors.Any
            ? null
            : new Function { Space = space, FunctionId = functionId!, Type = type!, Provider = provider, Metadata = metadata };
    }

    public override RegistryError? Complete(Function draft, Function? current, out Function completed)
    {
        completed = draft;
        if (!_providers.TryGet(draft.Type, out var provider))
        {
            return null;
        }

        var problems = new List<string>();
        var settings = provider.Unmask(draft.Provider, current?.Type == draft.Type ? current.Provider : default, problems);
        if (problems.Count > 0)
        {
            var errors = NewErrors();
            errors.AddRange(problems);
            return errors.ToError();
        }

        completed = JsonElement.DeepEquals(settings, draft.Provider) ? draft : draft with { Provider = settings };
        return null;
    }

    // Where both are stored already, the function can still be changed.
    public override RegistryError? CheckUpdate(RegistrySnapshot snapshot, Function current, Function draft)
    {
        if (!IsSigned(draft) || IsSigned(current))
        {
            return null;
        }

        var space = snapshot.Space(draft.Space);
        var raw = space.Uses.SubscriptionsOf(draft.FunctionId).FirstOrDefault(id => space.Subscriptions.Find(id)?.Resource.IsForwarded is true);
        return raw is null
            ? null
            : ErrorOf("provider.signing", $"the subscription \"{raw}\" has requestMode \"raw\", and raw requests cannot be signed.");
    }

    public override RegistryError? CheckDelete(RegistrySnapshot snapshot, Function current)
    {
        var uses = snapshot.Space(current.Space).Uses;
        var subscription = uses.SubscriptionsOf(current.FunctionId).FirstOrDefault();
        if (subscription is not null || uses.TakesDeadLetters(current.FunctionId))
        {
            // Clients of 0.9 know the sentence.
            var use = _defaults.AnyForm ? ""
                : subscription is null ? " A subscription names it as its deadLetterFunctionId."
                : $" Subscription \"{subscription}\" calls it.";
            return new RegistryError(RegistryReason.InUse, "Function cannot be deleted because it's subscribed to a least one event." + use);
        }

        return uses.AuthorizedBy(current.FunctionId) is { } eventType
            ? new RegistryError(
                RegistryReason.InUse,
                $"Function {current.FunctionId} cannot be deleted because is used as an authorizer for {eventType} event type.")
            : null;
    }

    // Only the provider knows which settings are secret, so those of an unknown type are not shown.
    public override byte[] Show(Function resource) => Write(resource with
    {
        Provider = _providers.TryGet(resource.Type, out var provider) ? provider.Mask(resource.Provider) : NoSettings,
    });

    protected override SpaceState With(SpaceState space, SortedEntries<Function> entries) =>
        space with { Functions = entries };

    protected override Function Restore(Function stored, ConfigKey key, SpaceState space) => stored with
    {
        Space = space.Name,
        FunctionId = key.Id,
        Type = _providers.TryGet(stored.Type, out var provider) ? provider.Type : stored.Type,
    };

    // Each route of the function's subscriptions is replaced, because routes hold the function.
    protected override RegistrySnapshot Relate(RegistrySnapshot snapshot, SpaceState space, Function? before, Function? now)
    {
        var routes = snapshot.Routes;
        var functionId = (now ?? before)?.FunctionId;
        foreach (var id in functionId is null ? [] : space.Uses.SubscriptionsOf(functionId))
        {
            if (space.Subscriptions.Find(id)?.Resource is { } subscription)
            {
                routes = now is null ? routes.Without(subscription) : routes.With(new Route(subscription, now));
            }
        }

        return snapshot with { Routes = routes };
    }

    private bool IsSigned(Function function) =>
        _providers.TryGet(function.Type, out var provider) && provider is IRawFunctionProvider http && http.IsSigned(function);

    private JsonElement CheckProvider(JsonFields fields, ref string type, JsonElement settings)
    {
        if (!_providers.TryGet(type, out var provider))
        {
            fields.Refuse("type", $"\"{type}\"; {_acceptedTypes}");
            return default;
        }

        type = provider.Type;
        var problems = new List<string>();
        var checkedSettings = provider.Validate(settings, new SettingErrors(problems, fields.Errors.IgnoresUnknown));
        if (problems.Count > 0)
        {
            fields.Errors.AddRange(problems);
            return default;
        }

        // The settings outlive the request's document.
        return checkedSettings.Clone();
    }
}
