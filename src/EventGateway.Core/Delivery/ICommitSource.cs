namespace EventGateway.Core.Delivery;

/// <summary>A store that writes in transactions, and tells how they go.</summary>
public interface ICommitSource
{
    /// <summary>Says where to record transactions from now on.</summary>
    /// <param name="metrics">Records them.</param>
    void ReportCommits(DeliveryMetrics metrics);
}
