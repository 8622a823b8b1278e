using System.Text;

namespace EventGateway.Benchmarks.Report;

/// <summary>Collects figures and writes them as a Markdown table.</summary>
internal sealed class FigureTable
{
    private readonly List<Figure> _figures = [];

    public void Add(Figure figure)
    {
        _figures.Add(figure);
        Console.WriteLine($"  => {figure.Name}: {figure.Measured}; ratio or figure {figure.Ratio}, target {figure.Target}");
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder("| figure | measured | compared with | ratio | target | reached |\n|---|---|---|---|---|---|\n");
        foreach (var f in _figures)
        {
            text.Append($"| {f.Name} | {f.Measured} | {f.Peer} | {f.Ratio} | {f.Target} | {(f.Reached ? "yes" : "no")} |\n");
        }

        return text.ToString();
    }
}
