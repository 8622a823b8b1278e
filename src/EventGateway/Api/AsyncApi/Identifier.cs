using System.Globalization;
using System.Text;

namespace EventGateway.Api.AsyncApi;

/// <summary>
/// Makes ids for documents: letters, digits, <c>-</c> and <c>.</c> alone, so that they can be written in a reference without escapes.
/// Other bytes become <c>_</c> and two hexadecimal digits. Different texts have different ids.
/// </summary>
internal static class Identifier
{
    /// <summary>Returns the id of a name: <c>user.created</c>, <c>orders_2Fcreate</c>.</summary>
    public static string OfName(string name) => Of(name, static c => c is '.' ? '.' : null);

    /// <summary>Returns the id of a path, with a dot for each slash: <c>.users._3Aid</c>.</summary>
    public static string OfPath(string path) => Of(path, static c => c is '/' ? '.' : null);

    private static string Of(string text, Func<char, char?> replace)
    {
        var id = new StringBuilder(text.Length);
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            var c = (char)unit;
            if (char.IsAsciiLetterOrDigit(c) || c is '-')
            {
                id.Append(c);
            }
            else if (replace(c) is { } replaced)
            {
                id.Append(replaced);
            }
            else
            {
                id.Append(CultureInfo.InvariantCulture, $"_{unit:X2}");
            }
        }

        return id.ToString();
    }
}
