using EventGateway.Options;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Options;

public sealed class OptionHelpTests
{
    private static readonly string[] Lines = Write();

    [Fact]
    public void Shows_each_option_with_its_value_and_its_environment_variable()
    {
        var text = string.Join(' ', Lines);
        foreach (var option in OptionNames.All)
        {
            Lines.Any(line => line.StartsWith($"  {option.Usage}", StringComparison.Ordinal)).ShouldBe(!option.IsObsolete, option.Name);
            text.Contains($"[{option.Variable}]", StringComparison.Ordinal).ShouldBe(!option.IsObsolete, option.Name);
        }
    }

    [Fact]
    public void Shows_groups_an_example_and_the_documentation()
    {
        Lines.Intersect(OptionNames.Groups.Select(static group => group.Title + ":")).ShouldBe(
            ["Listeners:", "Data:", "Delivery:", "Limits:", "Logs and metrics:", "Compatibility:", "The program:"]);
        Lines.ShouldContain(static line => line.StartsWith("Example: event-gateway --", StringComparison.Ordinal));
        Lines.ShouldContain(static line => line.Contains("docs/operating.md", StringComparison.Ordinal));
    }

    [Fact]
    public void Fits_a_terminal() => Lines.Where(static line => line.Length > 130).ShouldBeEmpty();

    private static string[] Write()
    {
        using var output = new StringWriter();
        OptionHelp.Write(output);
        return output.ToString().Split(Environment.NewLine);
    }
}
