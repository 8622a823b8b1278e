namespace EventGateway.Engine.Delivery;

/// <summary>Asks a <see cref="FunctionGate"/> for calls, and waits in line when it is refused.</summary>
internal interface IGateCaller
{
    /// <summary>Whether it waits in line. Guarded by the lock of the gate.</summary>
    bool IsInLine { get; set; }

    /// <summary>Takes a call that it has waited for. Must return at once. May be called on any thread.</summary>
    void Grant();
}
