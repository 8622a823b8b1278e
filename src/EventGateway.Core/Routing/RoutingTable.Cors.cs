using EventGateway.Core.Registry;

namespace EventGateway.Core.Routing;

public sealed partial class RoutingTable
{
    private CorsSettings? FindCors(CorsPaths paths, string method, ReadOnlySpan<char> path, bool ofAnySpace)
    {
        if (PathTree.Match(paths.Tree, path) is not { } place)
        {
            return null;
        }

        var spaces = ofAnySpace ? [] : _takers.FindSpaces(method, path);
        if (spaces.Count == 0)
        {
            return ((CorsEntry)EntryPlace.First(place)).Settings;
        }

        CorsSettings? found = null;
        foreach (var space in spaces)
        {
            var own = (CorsEntry?)PathTree.Match(paths.Tree, path, space);
            if (own is null || found?.IsSameAs(own.Settings) is false)
            {
                return null;
            }

            found = own.Settings;
        }

        return found;
    }
}
