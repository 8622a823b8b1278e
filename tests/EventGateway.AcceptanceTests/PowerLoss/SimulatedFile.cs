namespace EventGateway.AcceptanceTests.PowerLoss;

/// <summary>A file of a simulated disk: the synced content, and later writes that may survive.</summary>
internal sealed class SimulatedFile
{
    /// <summary>The bytes that a disk writes as a unit.</summary>
    private const int Sector = 512;

    private readonly List<DiskCall> _pending = [];
    private byte[] _durable = [];

    /// <summary>How many calls are not synced.</summary>
    public int Pending => _pending.Count;

    /// <summary>Adds a call that changes the content.</summary>
    public void Add(DiskCall call) => _pending.Add(call);

    /// <summary>Syncs the first of the pending calls.</summary>
    public void Sync(int count)
    {
        for (var i = 0; i < Math.Min(count, _pending.Count); i++)
        {
            Apply(ref _durable, _pending[i]);
        }

        _pending.RemoveRange(0, Math.Min(count, _pending.Count));
    }

    /// <summary>The content after a power loss.</summary>
    public byte[] Survive(Random random)
    {
        var content = (byte[])_durable.Clone();

        // A write survives not at all, as a whole, up to a point, or in some of its sectors.
        var way = random.Next(4);
        var kept = way switch { 0 => 0, 1 => _pending.Count, 2 => random.Next(_pending.Count + 1), _ => -1 };
        var chance = random.NextDouble();
        for (var i = 0; i < _pending.Count; i++)
        {
            if (i < kept)
            {
                Apply(ref content, _pending[i]);
            }
            else if (kept < 0)
            {
                Tear(ref content, _pending[i], chance, random);
            }
            else if (i == kept && way == 2)
            {
                Tear(ref content, _pending[i], 0.5, random);
            }
        }

        return content;
    }

    private static void Apply(ref byte[] content, DiskCall call)
    {
        if (call.Kind is DiskCallKind.Write)
        {
            Write(ref content, call.Data, call.Offset);
        }
        else
        {
            Array.Resize(ref content, (int)call.Length!.Value);
        }
    }

    private static void Tear(ref byte[] content, DiskCall call, double chance, Random random)
    {
        if (call.Kind is not DiskCallKind.Write)
        {
            if (random.NextDouble() < chance)
            {
                Apply(ref content, call);
            }

            return;
        }

        // The new length may survive without the data.
        if (content.Length < call.Offset + call.Data.Length && random.NextDouble() < chance / 2)
        {
            Array.Resize(ref content, (int)(call.Offset + call.Data.Length));
        }

        for (var start = 0; start < call.Data.Length;)
        {
            // Sectors have fixed places, which do not depend on the start of the write.
            var end = (int)Math.Min(call.Data.Length, ((call.Offset + start) / Sector * Sector) + Sector - call.Offset);
            if (random.NextDouble() < chance)
            {
                Write(ref content, call.Data.AsSpan(start..end), call.Offset + start);
            }

            start = end;
        }
    }

    private static void Write(ref byte[] content, ReadOnlySpan<byte> data, long offset)
    {
        if (content.Length < offset + data.Length)
        {
            Array.Resize(ref content, (int)(offset + data.Length));
        }

        data.CopyTo(content.AsSpan((int)offset));
    }
}
