namespace EventGateway.Engine.Registry.Errors;

/// <summary>Why the registry refused a request.</summary>
public enum RegistryReason
{
    /// <summary>There is no such resource.</summary>
    NotFound,

    /// <summary>The id is taken, or the same event and function are bound to the same method and path already.</summary>
    AlreadyExists,

    /// <summary>The request is not valid.</summary>
    Invalid,

    /// <summary>Other resources use the one that should be deleted.</summary>
    InUse,

    /// <summary>The resource is not at the revision that the caller expects.</summary>
    Conflict,

    /// <summary>The config store cannot serve now; a later try may succeed.</summary>
    Unavailable,
}
