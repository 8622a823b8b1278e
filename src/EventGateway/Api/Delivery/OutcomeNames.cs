using System.Text.Json;

namespace EventGateway.Api.Delivery;

/// <summary>The names that documents use for how something stands or ended.</summary>
internal static class OutcomeNames
{
    /// <summary>The name of a value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>All names, for the OpenAPI document.</summary>
    public static IEnumerable<string> All<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().Select(Of);
}
