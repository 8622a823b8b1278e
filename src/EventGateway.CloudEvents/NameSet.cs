namespace EventGateway.CloudEvents;

/// <summary>Finds repeated names: by a scan of a short list, or by a set for a long one.</summary>
internal struct NameSet
{
    private const int Many = 16;
    private HashSet<string>? _many;

    public bool Contains(List<CloudEventExtension> extensions, string name)
    {
        if (extensions.Count < Many)
        {
            foreach (var extension in extensions)
            {
                if (extension.Name == name)
                {
                    return true;
                }
            }

            return false;
        }

        if (_many is null)
        {
            _many = new HashSet<string>(StringComparer.Ordinal);
            foreach (var extension in extensions)
            {
                _many.Add(extension.Name);
            }
        }

        // The caller adds a new name to the list.
        return !_many.Add(name);
    }
}
