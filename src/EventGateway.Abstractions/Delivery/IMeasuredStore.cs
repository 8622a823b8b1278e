using System.Diagnostics.Metrics;

namespace EventGateway.Abstractions.Delivery;

/// <summary>A store with its own instruments.</summary>
public interface IMeasuredStore
{
    /// <summary>Creates the store's instruments and uses them from now on.</summary>
    /// <param name="meterFactory">Makes the meter.</param>
    void AddInstruments(IMeterFactory meterFactory);
}
