using System.Text;
using EventGateway.CloudEvents;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents;

public sealed class AttributeLengthsTests
{
    [Fact]
    public void Names_the_attribute_its_length_and_the_limit()
    {
        var cloudEvent = new CloudEvent
        {
            Id = new string('x', 4096),
            Type = "a.b",
            Source = "/" + new string('é', 2048),
            Extensions = [new CloudEventExtension("long", Encoding.UTF8.GetBytes($"\"{new string('x', 5000)}\\n\""))],
        };

        AttributeLengths.FindErrors(cloudEvent).ShouldBe(
            ["source: has 4097 bytes; at most 4096 are accepted", "long: has 5001 bytes; at most 4096 are accepted"]);
    }

    [Fact]
    public void Measures_an_extension_that_ends_in_the_middle_of_a_character()
    {
        var cloudEvent = new CloudEvent
        {
            Id = "1",
            Type = "a.b",
            Source = "/a",
            Extensions = [new CloudEventExtension("long", Encoding.UTF8.GetBytes($"\"{new string('x', 5000)}\\ud83d\""))],
        };

        AttributeLengths.FindErrors(cloudEvent).ShouldNotBeNull().ShouldHaveSingleItem().ShouldContain("long");
    }
}
