namespace EventGateway.CloudEvents;

/// <summary>Finds names that occur twice: by looking at the few that there are, or by a set where there are many.</summary>
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

        // The caller adds the name to the list where it is new.
        return !_many.Add(name);
    }
}
