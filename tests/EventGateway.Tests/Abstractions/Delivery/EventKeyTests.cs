using EventGateway.Abstractions.Delivery;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Abstractions.Delivery;

public sealed class EventKeyTests
{
    // Keys are stored, so a key must stay what it is.
    [Fact]
    public void The_key_of_a_list_of_texts_never_changes() =>
        Hex(EventKey.Of("event", "default", "/orders", "7")).ShouldBe("956BCE652CDB7BD34923A1DBC3AB6685");

    [Fact]
    public void Lists_that_differ_have_different_keys()
    {
        string[][] lists =
        [
            [], [""], ["", ""], ["a", "bc"], ["ab", "c"], ["abc"], ["a", "bc", ""], ["a", "b\0c"], ["\ud800"], ["\ud801"], ["\ufffd"],
            [new string('x', 300)], [new string('x', 301)], [new string('x', 150), new string('x', 150)],
        ];

        lists.Select(list => EventKey.Of(list)).Distinct().Count().ShouldBe(lists.Length);
    }

    [Fact]
    public void Reads_the_bytes_that_it_writes()
    {
        var key = EventKey.Of("a");
        var bytes = new byte[EventKey.Bytes];
        key.Write(bytes);

        EventKey.Read(bytes).ShouldBe(key);
        EventKey.Read(new byte[EventKey.Bytes]).ShouldNotBe(key);
    }

    private static string Hex(EventKey key)
    {
        var bytes = new byte[EventKey.Bytes];
        key.Write(bytes);
        return Convert.ToHexString(bytes);
    }
}
