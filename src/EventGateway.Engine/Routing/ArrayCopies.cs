namespace EventGateway.Engine.Routing;

/// <summary>Changed copies of arrays.</summary>
internal static class ArrayCopies
{
    /// <summary>A copy with one element replaced.</summary>
    public static T[] With<T>(this T[] array, int index, T element)
    {
        var copy = array.AsSpan().ToArray();
        copy[index] = element;
        return copy;
    }

    /// <summary>A copy with one element more.</summary>
    public static T[] Insert<T>(this T[] array, int index, T element)
    {
        var copy = new T[array.Length + 1];
        array.AsSpan(0, index).CopyTo(copy);
        copy[index] = element;
        array.AsSpan(index).CopyTo(copy.AsSpan(index + 1));
        return copy;
    }

    /// <summary>A copy with one element less.</summary>
    public static T[] Without<T>(this T[] array, int index)
    {
        var copy = new T[array.Length - 1];
        array.AsSpan(0, index).CopyTo(copy);
        array.AsSpan(index + 1).CopyTo(copy.AsSpan(index));
        return copy;
    }
}
