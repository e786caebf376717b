namespace Bench;

/// <summary>Compares the figures of a run with those that were recorded last.</summary>
internal static class Comparison
{
    /// <summary>Other load on the machine causes smaller differences.</summary>
    private const double Tolerated = 0.1;

    /// <summary>The figures that got worse by more than a tenth, the worst first.</summary>
    public static string[] Worse(IEnumerable<RecordedFigure> recorded, IEnumerable<Figure> measured) =>
    [
        .. from now in measured
           join then in recorded on (now.Work, now.Unit) equals (then.Figure.Work, then.Figure.Unit)
           let change = Change(then.Figure.Value, now.Value)
           let loss = now.MoreIsBetter ? -change : change
           where loss > Tolerated
           orderby loss descending
           select $"{now.Work}: {now.Text}, {Percent(change)}than the {then.Figure.Text} of {then.Date:yyyy-MM-dd}",
    ];

    private static double Change(double then, double now) =>
        now == then ? 0 : then == 0 ? double.PositiveInfinity : (now - then) / then;

    private static string Percent(double change) =>
        double.IsInfinity(change) ? "more " : $"{Math.Abs(change) * 100:0} % {(change < 0 ? "less " : "more ")}";
}
