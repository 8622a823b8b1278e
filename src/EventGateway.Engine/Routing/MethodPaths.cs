namespace EventGateway.Engine.Routing;

/// <summary>The paths of one method, a <see cref="PathTree"/>.</summary>
internal sealed record MethodPaths(string Method, object Tree)
{
    /// <summary>The path tree of a method. Null means that it has no paths.</summary>
    /// <param name="methods">A <see cref="HashTrie"/> of <see cref="MethodPaths"/>.</param>
    public static object? TreeOf(object? methods, string method) =>
        ((MethodPaths?)HashTrie.Find(methods, new MethodKey(method)))?.Tree;

    /// <summary>The trie with another path tree of a method; the same trie when the tree is the same.</summary>
    public static object? With(object? methods, string method, object? tree)
    {
        var key = new MethodKey(method);
        return ReferenceEquals(tree, TreeOf(methods, method)) ? methods
            : tree is null ? HashTrie.Remove(methods, key)
            : HashTrie.Set(methods, key, new MethodPaths(method, tree));
    }

    private readonly struct MethodKey(string method) : ITrieKey<MethodKey>
    {
        public int Hash => method.GetHashCode(StringComparison.Ordinal);

        public int HashOf(object item) => ((MethodPaths)item).Method.GetHashCode(StringComparison.Ordinal);

        public bool IsKeyOf(object item) => ((MethodPaths)item).Method == method;
    }
}
