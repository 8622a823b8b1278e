using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using EventGateway.Abstractions.Resources;
using EventGateway.Api.Requests;
using EventGateway.Engine.Registry;

namespace EventGateway.Api.Config;

/// <summary>A page of resources. It is written in pieces, because a space can hold very many resources.</summary>
/// <param name="resources">Writes the documents.</param>
/// <param name="property">The name of the list in the body.</param>
/// <param name="page">The resources.</param>
internal sealed class ListResponse<T>(Resources<T> resources, string property, ResourcePage<T> page) : IResult
    where T : class, IResource
{
    private const int PieceBytes = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json";
        response.Headers.ETag = $"\"{page.Revision}\"";
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        await using var json = new Utf8JsonWriter(
            response.BodyWriter, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteStartArray(property);
        foreach (var entry in page.Entries)
        {
            json.WriteRawValue(resources.ToJson(entry.Resource), skipInputValidation: true);
            if (json.BytesPending > PieceBytes)
            {
                json.Flush();
                await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
            }
        }

        json.WriteEndArray();
        if (page.More)
        {
            json.WriteString("cursor", ListQuery.CursorAfter(page.Entries[^1].Id));
        }

        json.WriteEndObject();
        await json.FlushAsync(httpContext.RequestAborted);
        response.BodyWriter.Write("\n"u8);
    }
}
