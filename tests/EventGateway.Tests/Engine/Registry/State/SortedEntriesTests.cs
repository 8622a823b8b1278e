using CsCheck;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Registry.State;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Registry.State;

public sealed class SortedEntriesTests
{
    [Fact]
    public void Agrees_with_a_sorted_dictionary()
    {
        var steps = Gen.Select(Gen.Int[0, 400], Gen.Int[0, 3], Gen.Long[1, 1000]).List[0, 2000];
        steps.Sample(
            list =>
            {
                var entries = SortedEntries<EventType>.None;
                var model = new SortedDictionary<string, long>(StringComparer.Ordinal);
                foreach (var (number, verb, revision) in list)
                {
                    var name = $"n{number}";
                    if (verb == 0)
                    {
                        entries = entries.Without(name);
                        model.Remove(name);
                    }
                    else
                    {
                        entries = entries.With(new ResourceEntry<EventType>(new EventType { Space = "s", Name = name }, revision));
                        model[name] = revision;
                    }
                }

                entries.Count.ShouldBe(model.Count);
                entries.After(null).Select(entry => (entry.Id, entry.Revision)).ShouldBe(model.Select(pair => (pair.Key, pair.Value)));
                foreach (var id in new[] { "n", "n2", "n25", "n399", "z" })
                {
                    entries.Find(id)?.Revision.ShouldBe(model[id]);
                    (entries.Find(id) is null).ShouldBe(!model.ContainsKey(id));
                    entries.After(id).Select(entry => entry.Id).ShouldBe(model.Keys.Where(key => string.CompareOrdinal(key, id) > 0));
                    entries.StartingWith(id).Select(entry => entry.Id).ShouldBe(model.Keys.Where(key => key.StartsWith(id, StringComparison.Ordinal)));
                }
            },
            iter: 100);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(10_000)]
    public void Loads_a_list_without_an_order(int count)
    {
        var list = Enumerable.Range(0, count).Select(static number => Entry($"n{number * 7919 % 10_007}", number)).ToList();

        var entries = SortedEntries<EventType>.Of([.. list]);

        entries.Count.ShouldBe(count);
        entries.After(null).Select(static entry => entry.Id).ShouldBe(list.Select(static entry => entry.Id).Order(StringComparer.Ordinal));
        list.ShouldAllBe(entry => entries.Find(entry.Id) == entry);
        entries.With(Entry("n", 1)).With(Entry("n5", 1)).Without("n").After(null).Select(static entry => entry.Id)
            .ShouldBe(list.Select(static entry => entry.Id).Append("n5").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Leaves_an_earlier_version_as_it_was()
    {
        var before = SortedEntries<EventType>.None;
        for (var number = 0; number < 1000; number++)
        {
            before = before.With(Entry($"n{number:D4}", 1));
        }

        var ids = before.After(null).Select(entry => entry.Id).ToList();
        var after = before.Without("n0500").With(Entry("n0500x", 2)).With(Entry("n0001", 3));

        before.After(null).Select(entry => entry.Id).ShouldBe(ids);
        before.Find("n0001")!.Revision.ShouldBe(1);
        after.Find("n0001")!.Revision.ShouldBe(3);
        after.Find("n0500").ShouldBeNull();
    }

    private static ResourceEntry<EventType> Entry(string name, long revision) => new(new EventType { Space = "s", Name = name }, revision);
}
