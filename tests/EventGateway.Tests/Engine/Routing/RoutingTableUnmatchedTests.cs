using CsCheck;
using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Routing;

public class RoutingTableUnmatchedTests
{
    private static readonly string[] _methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

    private static readonly Gen<Subscription> AnySubscription = Gen.Select(
        Gen.Bool, Routes.OneOf("/", "/a", "/a%62", "/:p", "/*rest"), Routes.OneOf(_methods), Routes.OneOf("one", "one", "a.b", "a.*"), Gen.Bool, Routes.OneOf("f", "g"),
        (sync, path, method, type, enabled, function) => (sync ? Routes.Sync(path, method, type, functionId: function) : Routes.Async(path, method, type, functionId: function))
            with
        { Enabled = enabled });

    [Fact]
    public void Finds_the_reason_and_the_methods_that_a_search_through_all_subscriptions_finds() =>
        Gen.Select(Gen.Select(AnySubscription, Gen.Int[0, 3]).Array[0, 12], Routes.OneOf("/", "/a", "/ab", "/x/y"), Gen.Bool).Sample((changes, path, inBatch) =>
        {
            var (table, all) = Apply(changes);
            foreach (var (type, method) in from type in (string[])["one", "a.b", "a.c", "a.*", "three"] from method in _methods select (type, method))
            {
                var there = all.Where(s => NaiveTypes.Includes(s, type) && NaivePaths.Matches(s, path) && !(inBatch && s.Type is SubscriptionType.Sync)).ToList();
                var taking = there.Where(s => s.Enabled is true && IsFirst(s, there, type)).Select(static s => s.Method).Distinct().Order(StringComparer.Ordinal).ToList();
                table.FindMethods(path, type, inBatch).ShouldBe(taking);
                if (!taking.Contains(method))
                {
                    table.FindReason(method, path, type, inBatch).ShouldBe(
                        all.TrueForAll(s => !NaiveTypes.Includes(s, type)) ? UnmatchedReason.NoType
                        : there.Exists(s => s.Method == method) ? UnmatchedReason.Disabled
                        : taking.Count > 0 ? UnmatchedReason.NoMethod
                        : UnmatchedReason.NoPath);
                }
            }
        });

    // A sync subscription that is disabled keeps its path: neither less specific ones nor families get its requests.
    private static bool IsFirst(Subscription subscription, List<Subscription> there, string type) =>
        subscription.Type is SubscriptionType.Async || NaiveTypes.First(there.Where(s => s.Method == subscription.Method), type) == subscription;

    private static (RoutingTable Table, List<Subscription> All) Apply((Subscription Subscription, int Kind)[] changes)
    {
        var table = RoutingTable.Empty;
        var all = new List<Subscription>();
        foreach (var (subscription, kind) in changes)
        {
            var same = all.FindIndex(s => s.SubscriptionId == subscription.SubscriptionId);
            if (kind == 0 && all.Count > 0)
            {
                table = table.Without(all[0]);
                all.RemoveAt(0);
            }
            else if (same >= 0)
            {
                all[same] = subscription;
                table = table.With(Routes.To(subscription));
            }
            else if (!all.Exists(s => NaivePaths.Conflict(s, subscription, exclusiveSegments: false)))
            {
                all.Add(subscription);
                table = table.With(Routes.To(subscription));
            }
        }

        return (table, all);
    }
}
