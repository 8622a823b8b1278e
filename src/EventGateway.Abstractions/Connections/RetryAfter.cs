using System.Globalization;
using System.Net.Http.Headers;

namespace EventGateway.Abstractions.Connections;

/// <summary>Reads <c>Retry-After</c> (RFC 9110, section 10.2.3).</summary>
public static class RetryAfter
{
    /// <summary>The longest time that a server can ask the gateway to wait: 24 h. A longer one counts as this.</summary>
    public static readonly TimeSpan Max = TimeSpan.FromHours(24);

    // More digits than Max has.
    private const int MaxDigits = 9;

    /// <summary>Returns how long an answer asks the gateway to wait.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="timeProvider">The clock that dates are compared with.</param>
    /// <returns>From zero, for a date in the past, up to <see cref="Max"/>. Null without the header, and when it is neither seconds nor a date.</returns>
    public static TimeSpan? Read(HttpResponseMessage response, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(timeProvider);
        if (!response.Headers.NonValidated.TryGetValues("Retry-After", out var values))
        {
            return null;
        }

        var text = values.ToString().Trim(' ', '\t');
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            var digits = text.AsSpan().TrimStart('0');
            return Clamp(digits.Length > MaxDigits ? Max : digits.IsEmpty ? TimeSpan.Zero : TimeSpan.FromSeconds(long.Parse(digits, CultureInfo.InvariantCulture)));
        }

        return RetryConditionHeaderValue.TryParse(text, out var parsed) && parsed.Date is { } date ? Clamp(date - timeProvider.GetUtcNow()) : null;
    }

    private static TimeSpan Clamp(TimeSpan wait) => wait < TimeSpan.Zero ? TimeSpan.Zero : wait < Max ? wait : Max;
}
