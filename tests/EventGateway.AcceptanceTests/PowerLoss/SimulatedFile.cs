namespace EventGateway.AcceptanceTests.PowerLoss;

/// <summary>A file of a simulated disk: what is on the disk for sure, and what was written since and may be there.</summary>
internal sealed class SimulatedFile
{
    /// <summary>What a disk writes as a whole, in bytes.</summary>
    private const int Sector = 512;

    private readonly List<DiskCall> _pending = [];
    private byte[] _durable = [];

    /// <summary>How many calls have not been brought to the disk.</summary>
    public int Pending => _pending.Count;

    /// <summary>Takes on a call that changes the content.</summary>
    public void Add(DiskCall call) => _pending.Add(call);

    /// <summary>Brings the first of the pending calls to the disk.</summary>
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

        // Nothing of it, all of it, the first part of it, or each sector or not.
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

        // The length may be there without the data.
        if (content.Length < call.Offset + call.Data.Length && random.NextDouble() < chance / 2)
        {
            Array.Resize(ref content, (int)(call.Offset + call.Data.Length));
        }

        for (var start = 0; start < call.Data.Length;)
        {
            // Sectors lie at fixed places, wherever the write begins.
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
