using EventGateway.Abstractions.Resources;
using EventGateway.Engine.Routing;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Engine.Routing;

public class RoutingTableFamilyTests
{
    [Theory]
    [InlineData("invoice.paid", true)]
    [InlineData("invoice.payment.failed", true)]
    [InlineData("invoice.", true)]
    [InlineData("invoice.*", true)]
    [InlineData("invoice", false)]
    [InlineData("invoices.paid", false)]
    [InlineData("Invoice.paid", false)]
    [InlineData("an.invoice.paid", false)]
    public void Takes_the_types_that_begin_with_the_family_up_to_its_dot(string type, bool isTaken)
    {
        Routes.Table(Routes.Async("/a", eventType: "invoice.*")).Match("GET", "/a", type).Async.Length.ShouldBe(isTaken ? 1 : 0);
        (Routes.Table(Routes.Sync("/a", eventType: "invoice.*")).Match("GET", "/a", type).Sync is not null).ShouldBe(isTaken);
        EventTypeFamily.Includes("invoice.*", type).ShouldBe(isTaken);
    }

    [Fact]
    public void Gives_a_sync_event_to_its_type_before_the_longest_family_whatever_their_paths()
    {
        var exact = Routes.Sync("/*all", eventType: "a.b.c");
        var longer = Routes.Sync("/:id", eventType: "a.b.*");
        var shorter = Routes.Sync("/x", eventType: "a.*");
        var table = Routes.Table(shorter, longer, exact);

        table.Match("GET", "/x", "a.b.c").Sync!.Subscription.ShouldBe(exact);
        table.Match("GET", "/x", "a.b.d").Sync!.Subscription.ShouldBe(longer);
        table.Match("GET", "/x", "a.d").Sync!.Subscription.ShouldBe(shorter);
        table.Match("GET", "/x/y", "a.b.d").Sync.ShouldBeNull();
        table.With(Routes.To(exact with { Enabled = false })).Match("GET", "/x", "a.b.c").Sync.ShouldBeNull();
        table.Without(exact).Match("GET", "/x", "a.b.c").Sync!.Subscription.ShouldBe(longer);
        table.FindConflict(Routes.Sync("/x", eventType: "a.b.*", space: "other")).ShouldBeNull();
        table.FindConflict(Routes.Sync("/:other", eventType: "a.b.*", space: "other")).ShouldNotBeNull();
    }

    [Fact]
    public void Finds_no_family_of_more_segments_than_a_family_can_have_however_many_dots_a_type_has()
    {
        var type = string.Concat(Enumerable.Repeat("a.", 2000));
        var longest = string.Concat(Enumerable.Repeat("a.", EventTypeFamily.MaxSegments)) + "*";

        Routes.Table(Routes.Async("/a", eventType: longest)).Match("GET", "/a", type).Async.ShouldHaveSingleItem();
        EventTypeFamily.LongestPrefixOf(type).Length.ShouldBe(2 * EventTypeFamily.MaxSegments);
    }

    [Fact]
    public void Answers_head_and_plain_requests_with_families_of_http()
    {
        var table = Routes.Table(Routes.Sync("/a", eventType: "http.*"));

        table.Match("HEAD", "/a", "http.request", answersHead: true).Sync.ShouldNotBeNull();
        table.AnswersHeadWithGet("/a").ShouldBeTrue();
        table.FindMethods("/a", "http.request").ShouldBe(["GET"]);
        table.FindReason("POST", "/a", "http.request").ShouldBe(UnmatchedReason.NoMethod);
    }

    [Fact]
    public void Takes_all_system_events_and_those_about_calls_among_them()
    {
        var table = Routes.Table(Routes.Async("/", "POST", "eventgateway.*"));

        SystemEventTypes.Sent.ShouldAllBe(type => table.FindSystem(type).Length == 1);
        table.HasSystemSubscribers.ShouldBeTrue();
        Routes.Table(Routes.Async("/", "POST", "eventgateway.subscription.*")).HasSystemSubscribers.ShouldBeFalse();
        Routes.Table(Routes.Async("/", "POST", "eventgateway.function.*")).HasSystemSubscribers.ShouldBeTrue();
    }

    [Fact]
    public void Allocates_nothing_to_match_a_family_alone()
    {
        var table = Routes.Table(
            [.. Enumerable.Range(0, 100).Select(i => Routes.Async("/s", eventType: $"t{i}.*")), Routes.Sync("/s", eventType: "t7.x.*")]);
        table.Match("GET", "/s", "t7.x.y").Async.Length.ShouldBe(1);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            table.Match("GET", "/s", "t7.x.y");
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Has_no_trace_of_families_when_the_last_subscription_to_one_is_gone()
    {
        var (one, other) = (Routes.Async("/a", eventType: "a.*"), Routes.Async("/b", eventType: "a.*"));
        var table = Routes.Table(one, other).Without(one);

        table.FindReason("GET", "/a", "a.b").ShouldBe(UnmatchedReason.NoPath);
        table.Without(other).FindReason("GET", "/a", "a.b").ShouldBe(UnmatchedReason.NoType);
    }
}
