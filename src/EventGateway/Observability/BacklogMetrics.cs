using System.Diagnostics.Metrics;
using EventGateway.Abstractions;
using EventGateway.Abstractions.Config;
using EventGateway.Abstractions.Delivery;
using EventGateway.Engine.Delivery;
using EventGateway.Engine.Delivery.Replays;
using EventGateway.Engine.Registry;

namespace EventGateway.Observability;

/// <summary>Metrics of waiting deliveries and of the stores.</summary>
internal static class BacklogMetrics
{
    /// <summary>Creates the gauges. They read the stores when the metrics are collected.</summary>
    public static void Observe(IServiceProvider services, params IDeliveryStore[] stores)
    {
        IStoreHealth[] health = [.. stores.OfType<IStoreHealth>(), .. new[] { services.GetRequiredService<IConfigStore>() }.OfType<IStoreHealth>()];
        var metrics = services.GetRequiredService<DeliveryMetrics>();
        metrics.ObserveBacklog(() => stores.Sum(static store => store.Count));
        var meterFactory = services.GetRequiredService<IMeterFactory>();
        foreach (var store in stores.OfType<IMeasuredStore>())
        {
            store.AddInstruments(meterFactory);
        }

        var meter = meterFactory.Create(GatewayMeter.Name);
        meter.CreateObservableGauge(
            "eventgateway_store_damaged_files",
            () => health.Sum(static store => store.Faults.Count),
            description: "Files of the data directory that are missing or damaged, or were set aside.");
        if (services.GetService<Replayer>() is { } replays)
        {
            meter.CreateObservableGauge("eventgateway_replays", () => Measure(replays), description: "Replays in progress, by state: running, waiting or paused.");
        }

        var registry = services.GetRequiredService<GatewayRegistry>();
        var time = SteadyTimeProvider.Of(services.GetRequiredService<TimeProvider>());
        meter.CreateObservableGauge(
            "eventgateway_deliveries_waiting",
            () => Read(registry, stores).Select(backlog => new Measurement<long>(backlog.Deliveries, Label(backlog))),
            description: "Deliveries that wait or are under way, by space.");
        meter.CreateObservableGauge(
            "eventgateway_orphaned_deliveries",
            () => CountOrphans(registry, services.GetRequiredService<Dispatchers>()),
            description: "Deliveries that are held because their subscription is not in the configuration, by space.");
        meter.CreateObservableGauge(
            "eventgateway_oldest_delivery_age_seconds",
            () => Read(registry, stores)
                .Where(static backlog => backlog.Deliveries == 0 || backlog.OldestAcceptedAt is not null)
                .Select(backlog => new Measurement<double>(AgeOf(backlog, time.GetUtcNow()), Label(backlog))),
            "s",
            "Age of the oldest accepted event that still waits for delivery, by space. 0 when no event waits.");
    }

    // Includes spaces without deliveries, so that their gauges are zero instead of missing.
    private static IEnumerable<SpaceBacklog> Read(GatewayRegistry registry, IDeliveryStore[] stores) =>
        stores.SelectMany(static store => store.ReadBacklog())
            .Concat(registry.ListSpaces().Select(static space => new SpaceBacklog(space.Name, 0, null)))
            .GroupBy(
                static backlog => backlog.Space,
                static (space, parts) => parts.Aggregate(
                    new SpaceBacklog(space, 0, null),
                    static (sum, part) => sum with
                    {
                        Deliveries = sum.Deliveries + part.Deliveries,
                        OldestAcceptedAt = part.OldestAcceptedAt < sum.OldestAcceptedAt ? part.OldestAcceptedAt : sum.OldestAcceptedAt ?? part.OldestAcceptedAt,
                    }));

    private static IEnumerable<Measurement<long>> CountOrphans(GatewayRegistry registry, Dispatchers dispatchers) =>
        dispatchers.CountOrphans()
            .Concat(registry.ListSpaces().Select(static space => (Space: space.Name, Deliveries: 0L)))
            .GroupBy(static item => item.Space, static item => item.Deliveries)
            .Select(static space => new Measurement<long>(space.Sum(), new KeyValuePair<string, object?>("space", space.Key)));

    private static Measurement<int>[] Measure(Replayer replays)
    {
        var (running, waiting, paused) = replays.Count();
        return [Of(running, "running"), Of(waiting, "waiting"), Of(paused, "paused")];

        static Measurement<int> Of(int count, string state) => new(count, new KeyValuePair<string, object?>("state", state));
    }

    private static double AgeOf(SpaceBacklog backlog, DateTimeOffset now) =>
        backlog.OldestAcceptedAt is { } accepted ? Math.Max(0, (now - accepted).TotalSeconds) : 0;

    private static KeyValuePair<string, object?> Label(SpaceBacklog backlog) => new("space", backlog.Space);
}
