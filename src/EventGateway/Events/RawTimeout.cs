namespace EventGateway.Events;

/// <summary>Why a raw call was ended by one of its timeouts.</summary>
internal enum RawTimeout
{
    /// <summary>No timeout has passed.</summary>
    None,

    /// <summary>The function has not answered in time, or has stopped taking the request.</summary>
    Function,

    /// <summary>The sender was silent while its body was being sent, or sent too slowly.</summary>
    Sender,

    /// <summary>The function was silent for too long in the middle of its answer.</summary>
    Idle,
}
