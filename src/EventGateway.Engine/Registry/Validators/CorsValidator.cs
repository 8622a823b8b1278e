using System.Text.Json;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.Reading;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry.Validators;

/// <summary>Validates CORS configurations.</summary>
internal sealed class CorsValidator(GatewayDefaults defaults)
    : ResourceValidator<CorsConfiguration>(ConfigKind.Cors, ResourceJson.Shared.CorsConfiguration, "CORS configuration")
{
    private const string AcceptedMethod = Names.AcceptedMethod + " * is the default of the space.";
    private const string AcceptedPath = "a path that begins with '/' is accepted.";
    private const string AcceptedPathOfDefault = "with the method *, the path * is accepted: both together are the default of the space.";

    public override IReadOnlyList<string> IdFields { get; } = ["method", "path"];

    public override SortedEntries<CorsConfiguration> In(SpaceState space) => space.Cors;

    public override CorsConfiguration? Read(JsonFields fields, string space, string? id)
    {
        fields.AcceptReadOnly("space", "corsId");
        Names.CheckSpace(space, fields.Errors);
        var methodName = fields.Required("method", AcceptedMethod);
        var method = methodName is null ? null : MethodOf(methodName);
        if (methodName is not null && method is null)
        {
            fields.Refuse("method", $"\"{methodName}\"; {AcceptedMethod}");
        }

        var isDefault = method == CorsConfiguration.Any;
        var path = fields.Required("path", isDefault ? AcceptedPathOfDefault : AcceptedPath);
        if (path is not null && (isDefault ? path != CorsConfiguration.Any : !path.StartsWith('/')))
        {
            fields.Refuse("path", $"\"{path}\"; {(isDefault ? AcceptedPathOfDefault : AcceptedPath)}");
        }
        else if (id is null && path is not null && !isDefault && FindMistake(path) is { } mistake)
        {
            fields.Refuse("path", mistake);
        }

        id ??= path is null || method is null ? null : IdOf(method, path);
        Names.CheckLength(fields, "path", id);
        var configuration = CorsReader.Read(
            fields,
            new CorsConfiguration { Space = space, CorsId = id!, Method = method!, Path = path!, AllowedMethods = isDefault ? [CorsConfiguration.Any] : null },
            defaults);
        configuration = configuration with { Metadata = fields.Labels("metadata") };
        return fields.Errors.Any ? null : configuration;
    }

    public override RegistryError? CheckId(CorsConfiguration draft) => CheckId("corsId", draft.CorsId, IdOf(draft.Method, draft.Path));

    public override RegistryError? CheckCreate(RegistrySnapshot snapshot, CorsConfiguration draft) =>
        FindMistake(draft.Path) is { } mistake ? ErrorOf("path", mistake) : null;

    public override RegistryError? CheckUpdate(RegistrySnapshot snapshot, CorsConfiguration current, CorsConfiguration draft)
    {
        var changed = new List<string>();
        if (current.Method != draft.Method)
        {
            changed.Add("Invalid update. 'Method' of existing CORS configuration cannot be updated.");
        }

        if (current.Path != draft.Path)
        {
            changed.Add("Invalid update. 'Path' of existing CORS configuration cannot be updated.");
        }

        return Refusal(changed);
    }

    private string? FindMistake(string path) =>
        defaults.AnyForm || PathRules.FindMistake(path, isLiteral: false) is not { } mistake ? null : $"\"{path}\"; {mistake}";

    private static string? MethodOf(string text) => text == CorsConfiguration.Any ? text : Names.Method(text);

    private static string IdOf(string method, string path) => method + PathSegment.Escape(path);

    protected override SpaceState With(SpaceState space, SortedEntries<CorsConfiguration> entries) =>
        space with { Cors = entries };

    protected override CorsConfiguration Restore(CorsConfiguration stored, ConfigKey key, SpaceState space) => stored with
    {
        Space = space.Name,
        CorsId = key.Id,
        Method = MethodOf(stored.Method) ?? throw new JsonException("method"),
    };

    protected override RegistrySnapshot Relate(
        RegistrySnapshot snapshot, SpaceState space, CorsConfiguration? before, CorsConfiguration? now)
    {
        var routes = before is null ? snapshot.Routes : snapshot.Routes.Without(before);
        return snapshot with { Routes = now is null ? routes : routes.With(now) };
    }
}
