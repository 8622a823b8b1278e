using System.Text.Json;

namespace EventGateway.Api.Delivery;

/// <summary>Names states and outcomes in documents.</summary>
internal static class OutcomeNames
{
    /// <summary>Returns the name of a value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>Returns all names, for the OpenAPI document.</summary>
    public static IEnumerable<string> All<T>()
        where T : struct, Enum =>
        Enum.GetValues<T>().Select(Of);
}
