using System.Text;
using EventGateway.CloudEvents;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.CloudEvents;

public sealed class AttributeLengthsTests
{
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
