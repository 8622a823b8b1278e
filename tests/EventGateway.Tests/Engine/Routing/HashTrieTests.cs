using CsCheck;
using EventGateway.Engine.Routing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Routing;

public class HashTrieTests
{
    [Fact]
    public void Holds_what_a_dictionary_holds_also_where_hashes_collide() =>
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 1000], Gen.Bool).Array[0, 200].Sample(changes =>
        {
            object? trie = null;
            var expected = new Dictionary<int, int>();
            foreach (var (name, value, remove) in changes)
            {
                if (remove)
                {
                    trie = HashTrie.Remove(trie, new Key(name));
                    expected.Remove(name);
                }
                else
                {
                    trie = HashTrie.Set(trie, new Key(name), new Item(name, value));
                    expected[name] = value;
                }
            }

            for (var name = 0; name <= 60; name++)
            {
                var found = (Item?)HashTrie.Find(trie, new Key(name));
                found.ShouldBe(expected.TryGetValue(name, out var value) ? new Item(name, value) : null);
            }

            var all = new List<Item>();
            HashTrie.CopyTo(trie, all);
            all.ShouldBe(expected.Select(p => new Item(p.Key, p.Value)), ignoreOrder: true);
            (trie is null).ShouldBe(expected.Count == 0);
            if (trie is not null)
            {
                all.ShouldContain((Item)HashTrie.Any(trie));
            }
        });

    [Fact]
    public void Is_unchanged_by_removing_what_is_not_there()
    {
        object? trie = null;
        for (var i = 0; i < 40; i++)
        {
            trie = HashTrie.Set(trie, new Key(i), new Item(i, i));
        }

        HashTrie.Remove(trie, new Key(99)).ShouldBeSameAs(trie);
    }

    private sealed record Item(int Name, int Value);

    private readonly struct Key(int name) : ITrieKey<Key>
    {
        // A third of the names share one hash, a third differ only in its highest bits, and the rest in its lowest.
        public int Hash => Of(name);

        public int HashOf(object item) => Of(((Item)item).Name);

        public bool IsKeyOf(object item) => ((Item)item).Name == name;

        private static int Of(int name) => (name % 3) switch { 0 => 7, 1 => (name << 27) | 7, _ => name };
    }
}
