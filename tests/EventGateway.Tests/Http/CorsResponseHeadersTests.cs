using EventGateway.Engine.Routing;
using EventGateway.Http;
using Microsoft.AspNetCore.Http;
using Shouldly;
using Xunit;

namespace EventGateway.Tests.Http;

public sealed class CorsResponseHeadersTests
{
    [Fact]
    public void Stay_when_a_response_is_cleared_and_return_when_others_have_cleared_it()
    {
        var context = new DefaultHttpContext();
        CorsResponseHeaders.Set(context, new CorsHeaders { Vary = ["Origin"], AllowOrigin = "https://a.example", AllowCredentials = true });
        context.Response.Headers["X-Own"] = "1";
        context.Response.Headers.AccessControlAllowOrigin = "https://own.example";
        context.Response.StatusCode = 201;

        CorsResponseHeaders.ClearOthers(context);

        ShouldHaveOnlyThem(context);
        context.Response.Clear();
        CorsResponseHeaders.ClearOthers(context);
        ShouldHaveOnlyThem(context);
    }

    [Fact]
    public void A_response_without_any_is_only_cleared()
    {
        var context = new DefaultHttpContext();
        context.Response.Headers["X-Own"] = "1";

        CorsResponseHeaders.ClearOthers(context);

        context.Response.Headers.ShouldBeEmpty();
    }

    private static void ShouldHaveOnlyThem(HttpContext context)
    {
        context.Response.StatusCode.ShouldBe(200);
        context.Response.Headers.Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal).ShouldBe(
            ["Access-Control-Allow-Credentials: true", "Access-Control-Allow-Origin: https://a.example", "Vary: Origin"]);
    }
}
