namespace EventGateway.Stores.Sqlite.Delivery;

/// <summary>
/// A Bloom filter of ids (https://en.wikipedia.org/wiki/Bloom_filter). One id in a hundred that was not added looks added. It
/// must stay in memory, because another process computes other hashes. Reading is safe for concurrent use, adding is not.
/// </summary>
/// <param name="count">How many ids there will be.</param>
internal sealed class IdFilter(long count)
{
    private const int BitsPerId = 10;
    private const int Hashes = 7;

    private readonly ulong[] _bits = new ulong[(count * BitsPerId / 64) + 1];

    /// <summary>Adds an id.</summary>
    public void Add(string id)
    {
        var (place, step) = Hash(id);
        for (var i = 0; i < Hashes; i++, place += step)
        {
            var bit = BitOf(place);
            _bits[bit / 64] |= 1UL << (int)(bit % 64);
        }
    }

    /// <summary>Whether an id may have been added.</summary>
    public bool MayHave(string id)
    {
        var (place, step) = Hash(id);
        for (var i = 0; i < Hashes; i++, place += step)
        {
            var bit = BitOf(place);
            if ((_bits[bit / 64] & (1UL << (int)(bit % 64))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private ulong BitOf(uint place) => place * (ulong)_bits.Length * 64 >> 32;

    // The second number comes from the first, multiplied so that its bits are mixed.
    private static (uint Place, uint Step) Hash(string id)
    {
        var mixed = (uint)id.GetHashCode(StringComparison.Ordinal) * 0x9E3779B97F4A7C15UL;
        return ((uint)(mixed >> 32), (uint)mixed | 1);
    }
}
