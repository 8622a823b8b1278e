using System.Numerics;

namespace EventGateway.Engine.Routing;

/// <summary>Finds items in a <see cref="HashTrie"/>.</summary>
/// <typeparam name="TKey">What an item is looked up by; may be a view of text, so that a lookup allocates nothing.</typeparam>
internal interface ITrieKey<TKey>
    where TKey : ITrieKey<TKey>, allows ref struct
{
    /// <summary>The hash of this key.</summary>
    int Hash { get; }

    /// <summary>The hash of an item that is in the trie; equal to that of its own key.</summary>
    int HashOf(object item);

    /// <summary>Whether this is the key of an item.</summary>
    bool IsKeyOf(object item);
}

/// <summary>
/// A persistent set of keyed items (a hash array mapped trie): a change copies the few arrays on the way to its item and
/// shares everything else. Items carry their own keys. A trie of one item is that item itself, so small sets cost nothing;
/// <c>null</c> is the empty trie.
/// </summary>
internal static class HashTrie
{
    private const int BitsPerLevel = 5;
    private const int HashBits = 32;

    /// <summary>Finds the item with a key.</summary>
    public static object? Find<TKey>(object? trie, TKey key)
        where TKey : ITrieKey<TKey>, allows ref struct
    {
        var hash = (uint)key.Hash;
        while (trie is Branch branch)
        {
            var bit = 1u << (int)(hash & 31);
            if ((branch.Bitmap & bit) == 0)
            {
                return null;
            }

            trie = branch.Slots[branch.IndexOf(bit)];
            hash >>= BitsPerLevel;
        }

        if (trie is Bucket bucket)
        {
            var index = bucket.IndexOf(key);
            return index < 0 ? null : bucket.Items[index];
        }

        return trie is not null && key.IsKeyOf(trie) ? trie : null;
    }

    /// <summary>The trie with an item at its key, in place of one that was there.</summary>
    public static object Set<TKey>(object? trie, TKey key, object item)
        where TKey : ITrieKey<TKey>, allows ref struct =>
        Set(trie, (uint)key.Hash, 0, key, item);

    /// <summary>The trie without the item of a key.</summary>
    public static object? Remove<TKey>(object? trie, TKey key)
        where TKey : ITrieKey<TKey>, allows ref struct =>
        Remove(trie, (uint)key.Hash, key);

    /// <summary>Returns any item of a trie that is not empty.</summary>
    public static object Any(object trie)
    {
        while (trie is Branch branch)
        {
            trie = branch.Slots[0];
        }

        return trie is Bucket bucket ? bucket.Items[0] : trie;
    }

    /// <summary>Adds every item of a trie to a list, in no order.</summary>
    public static void CopyTo<T>(object? trie, List<T> items)
    {
        switch (trie)
        {
            case null:
                break;
            case Branch branch:
                foreach (var child in branch.Slots)
                {
                    CopyTo(child, items);
                }

                break;
            case Bucket bucket:
                items.AddRange(bucket.Items.Cast<T>());
                break;
            default:
                items.Add((T)trie);
                break;
        }
    }

    private static object Set<TKey>(object? trie, uint hash, int depth, TKey key, object item)
        where TKey : ITrieKey<TKey>, allows ref struct
    {
        switch (trie)
        {
            case null:
                return item;

            case Branch branch:
                var bit = 1u << (int)(hash & 31);
                var index = branch.IndexOf(bit);
                return (branch.Bitmap & bit) == 0
                    ? branch.Insert(bit, index, item)
                    : branch.Replace(index, Set(branch.Slots[index], hash >> BitsPerLevel, depth + BitsPerLevel, key, item));

            case Bucket bucket:
                var at = bucket.IndexOf(key);
                return new Bucket(at < 0 ? [.. bucket.Items, item] : bucket.Items.With(at, item));

            default:
                return key.IsKeyOf(trie) ? item : Split(trie, hash, depth, key, item);
        }
    }

    private static object Split<TKey>(object other, uint hash, int depth, TKey key, object item)
        where TKey : ITrieKey<TKey>, allows ref struct
    {
        if (depth >= HashBits)
        {
            return new Bucket([other, item]);
        }

        var otherHash = (uint)key.HashOf(other) >> depth;
        var mine = (int)(hash & 31);
        var theirs = (int)(otherHash & 31);
        if (mine == theirs)
        {
            return new Branch(1u << mine, [Split(other, hash >> BitsPerLevel, depth + BitsPerLevel, key, item)]);
        }

        return new Branch((1u << mine) | (1u << theirs), mine < theirs ? [item, other] : [other, item]);
    }

    private static object? Remove<TKey>(object? trie, uint hash, TKey key)
        where TKey : ITrieKey<TKey>, allows ref struct
    {
        switch (trie)
        {
            case null:
                return null;

            case Branch branch:
                var bit = 1u << (int)(hash & 31);
                if ((branch.Bitmap & bit) == 0)
                {
                    return branch;
                }

                var index = branch.IndexOf(bit);
                var before = branch.Slots[index];
                var after = Remove(before, hash >> BitsPerLevel, key);
                if (ReferenceEquals(before, after))
                {
                    return branch;
                }

                return after is null ? branch.Without(bit, index) : Collapse(branch.Replace(index, after));

            case Bucket bucket:
                var at = bucket.IndexOf(key);
                return at < 0 ? bucket : bucket.Items.Length == 2 ? bucket.Items[1 - at] : new Bucket(bucket.Items.Without(at));

            default:
                return key.IsKeyOf(trie) ? null : trie;
        }
    }

    // A branch with one item is replaced by the item, which needs no hash any more.
    private static object Collapse(Branch branch) =>
        branch.Slots is [not Branch and not Bucket] ? branch.Slots[0] : branch;

    private sealed class Branch(uint bitmap, object[] slots)
    {
        public uint Bitmap { get; } = bitmap;

        public object[] Slots { get; } = slots;

        public int IndexOf(uint bit) => BitOperations.PopCount(Bitmap & (bit - 1));

        public Branch Replace(int index, object child) => new(Bitmap, Slots.With(index, child));

        public Branch Insert(uint bit, int index, object child) => new(Bitmap | bit, Slots.Insert(index, child));

        public object? Without(uint bit, int index) =>
            Slots.Length == 1 ? null : Collapse(new Branch(Bitmap & ~bit, Slots.Without(index)));
    }

    // Items with the same hash.
    private sealed class Bucket(object[] items)
    {
        public object[] Items { get; } = items;

        public int IndexOf<TKey>(TKey key)
            where TKey : ITrieKey<TKey>, allows ref struct
        {
            for (var i = 0; i < Items.Length; i++)
            {
                if (key.IsKeyOf(Items[i]))
                {
                    return i;
                }
            }

            return -1;
        }
    }
}
