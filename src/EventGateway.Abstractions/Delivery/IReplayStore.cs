namespace EventGateway.Abstractions.Delivery;

/// <summary>Keeps replays, so that they continue after a restart. Safe for concurrent use.</summary>
public interface IReplayStore
{
    /// <summary>Lists all replays, oldest first.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">The store cannot be read now.</exception>
    ValueTask<IReadOnlyList<Replay>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Stores the state of a replay, in place of the state before.</summary>
    /// <param name="cancellationToken">Ends the attempt. The state may be stored anyway.</param>
    /// <exception cref="IOException">The store cannot be written now.</exception>
    ValueTask SaveAsync(Replay replay, CancellationToken cancellationToken);

    /// <summary>Deletes a replay, if there is one with that id.</summary>
    /// <param name="cancellationToken">Ends the attempt. The replay may be deleted anyway.</param>
    /// <exception cref="IOException">The store cannot be written now.</exception>
    ValueTask DeleteAsync(string space, string replayId, CancellationToken cancellationToken);
}
