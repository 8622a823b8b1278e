using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using EventGateway.Abstractions.Resources;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Resources;

public sealed class FunctionTextTests
{
    private const string Secret = "not-for-logs";

    private static readonly Function _function = new()
    {
        Space = "default",
        FunctionId = "f",
        Type = "http",
        Provider = JsonElement.Parse($$$"""{"url":"https://a.example","auth":{"type":"bearer","token":"{{{Secret}}}"}}"""),
    };

    [Fact]
    public void Names_the_function_without_its_settings() =>
        _function.ToString().ShouldBe("Function { Space = default, FunctionId = f, Type = http }");

    [Fact]
    public void No_type_that_holds_a_function_or_settings_shows_them()
    {
        var types = typeof(Function).Assembly.GetTypes()
            .Where(static type => !type.IsAbstract && !type.ContainsGenericParameters && Fields(type).Any(static field => ValueOf(field) is not null))
            .ToList();

        types.ShouldContain(typeof(Function));
        foreach (var type in types)
        {
            var instance = RuntimeHelpers.GetUninitializedObject(type);
            foreach (var field in Fields(type))
            {
                if (ValueOf(field) is { } value)
                {
                    field.SetValue(instance, value);
                }
            }

            if (type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null)
            {
                instance.ToString()!.ShouldNotContain(Secret, customMessage: type.FullName);
            }
        }
    }

    private static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);

    private static object? ValueOf(FieldInfo field) =>
        field.FieldType == typeof(Function) ? _function
        : field.FieldType == typeof(JsonElement) || field.FieldType == typeof(JsonElement?) ? _function.Provider
        : null;
}
