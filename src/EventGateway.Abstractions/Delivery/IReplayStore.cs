namespace EventGateway.Abstractions.Delivery;

/// <summary>Keeps replays, so that they go on after a restart. Safe for concurrent use.</summary>
public interface IReplayStore
{
    /// <summary>Lists all replays, those asked for first first.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="IOException">The store cannot be read now.</exception>
    ValueTask<IReadOnlyList<Replay>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Stores how a replay stands, in place of how it stood before.</summary>
    /// <param name="replay">The replay.</param>
    /// <param name="cancellationToken">Ends the attempt; it may be stored all the same.</param>
    /// <exception cref="IOException">The store cannot be written now.</exception>
    ValueTask SaveAsync(Replay replay, CancellationToken cancellationToken);

    /// <summary>Forgets a replay, where there is one of that id.</summary>
    /// <param name="space">The space.</param>
    /// <param name="replayId">The replay's id.</param>
    /// <param name="cancellationToken">Ends the attempt; it may be forgotten all the same.</param>
    /// <exception cref="IOException">The store cannot be written now.</exception>
    ValueTask DeleteAsync(string space, string replayId, CancellationToken cancellationToken);
}
