using System.Text.Json;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Resources;
using EventGateway.Abstractions.Settings;
using EventGateway.Engine.Registry.Documents;
using EventGateway.Engine.Registry.Errors;
using EventGateway.Engine.Registry.Reading;
using EventGateway.Engine.Registry.State;

namespace EventGateway.Engine.Registry.Validators;

/// <summary>The rules of CORS configurations.</summary>
internal sealed class CorsValidator(bool credentialsFromAnyOrigin) : ResourceValidator<CorsConfiguration>(ConfigKind.Cors, "CORS configuration")
{
    public override SortedEntries<CorsConfiguration> In(SpaceState space) => space.Cors;

    public override CorsConfiguration? Read(JsonFields fields, string space, string? id)
    {
        Names.CheckSpace(space, fields.Errors);
        var methodName = fields.Required("method", Names.AcceptedMethod);
        var method = methodName is null ? null : Names.Method(methodName);
        if (methodName is not null && method is null)
        {
            fields.Refuse("method", $"\"{methodName}\"; {Names.AcceptedMethod}");
        }

        const string acceptedPath = "a path that begins with '/' is accepted.";
        var path = fields.Required("path", acceptedPath);
        if (path is not null && !path.StartsWith('/'))
        {
            fields.Refuse("path", $"\"{path}\"; {acceptedPath}");
        }

        id ??= path is null ? null : method + PathSegment.Escape(path);
        Names.CheckLength(fields, "path", id);
        var settings = CorsReader.Read(fields, credentialsFromAnyOrigin);
        var metadata = fields.Labels("metadata");
        return fields.Errors.Any
            ? null
            : new CorsConfiguration
            {
                Space = space,
                CorsId = id!,
                Method = method!,
                Path = path!,
                Settings = settings,
                Metadata = metadata,
            };
    }

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

    public override byte[] Write(CorsConfiguration resource) => JsonSerializer.SerializeToUtf8Bytes(
        new CorsDocument
        {
            Space = resource.Space,
            CorsId = resource.CorsId,
            Method = resource.Method,
            Path = resource.Path,
            AllowedOrigins = resource.Settings.AllowedOrigins,
            AllowedMethods = resource.Settings.AllowedMethods,
            AllowedHeaders = resource.Settings.AllowedHeaders,
            AllowCredentials = resource.Settings.AllowCredentials,
            Metadata = resource.Metadata,
        },
        RegistryJson.Shared.CorsDocument);

    protected override SpaceState With(SpaceState space, SortedEntries<CorsConfiguration> entries) =>
        space with { Cors = entries };

    protected override CorsConfiguration Parse(ConfigKey key, ReadOnlySpan<byte> json, SpaceState space)
    {
        var document = JsonSerializer.Deserialize(json, RegistryJson.Shared.CorsDocument) ?? throw new JsonException("null");
        return new CorsConfiguration
        {
            Space = space.Name,
            CorsId = key.Id,
            Method = Names.Method(document.Method) ?? throw new JsonException("method"),
            Path = document.Path,
            Settings = CorsReader.Create(
                document.AllowedOrigins, document.AllowedMethods, document.AllowedHeaders, document.AllowCredentials),
            Metadata = document.Metadata,
        };
    }

    protected override RegistrySnapshot Relate(
        RegistrySnapshot snapshot, SpaceState space, CorsConfiguration? before, CorsConfiguration? now)
    {
        var routes = before is null ? snapshot.Routes : snapshot.Routes.Without(before);
        return snapshot with { Routes = now is null ? routes : routes.With(now) };
    }
}
