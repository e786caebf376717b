using Bench;

if (args is [BarePrograms.Argument, var program])
{
    await BarePrograms.Run(program);
    return 0;
}

var options = Options.Parse(args, Works.Regular);
if (options.Help)
{
    Console.WriteLine($"""
        usage: ./platform bench [--seconds N] [--record] [--wordpress] [WORK...]
          Starts a private platform, runs the measurements, and stops it. Each ratio compares a figure with a baseline that is measured
          in the same run, in alternation. At the end, the figures are compared with those that were recorded last.
          WORK: {string.Join(", ", Works.Regular)}; if none is named, all of them are measured
          --seconds N   the duration of one measurement (default 8); each side of a throughput ratio takes three times as long
          --record      stores the figures in docs/benchmarks/latest.json and docs/benchmarks.md, in place of the recorded ones
          --wordpress   also compares with WordPress, after installing it with php-fpm, MariaDB and nginx from the packages of Debian;
                        to measure nothing else, name the work wordpress
        environment: BENCH_PORT (28080: the first port of the platform, which also uses ports after it)
        The exit status is 0 even if targets are missed, and 1 if a measurement failed.
        """);
    return 0;
}
if (options.Problem is { } problem)
{
    Console.Error.WriteLine($"bench: {problem}");
    return 2;
}

var recorded = await Records.Load();
await using var system = await PrivateSystem.Start(measuresUp: options.Works.Contains("up"));
var site = await Site.Fill(system);
Progress.Report("warming up ...");
await Works.WarmUp(site, options.Seconds);
var (figures, failed) = (new List<Figure>(), new List<string>());
foreach (var work in options.Works)
{
    Progress.Report($"measuring {work} ...");
    try
    {
        var measured = await Works.All[work](system, site, options.Seconds);
        foreach (var figure in measured) Progress.Report(figure.Row(figure.Baseline));
        figures.AddRange(measured);
    }
    catch (Exception e) when (e is not OutOfMemoryException)
    {
        Progress.Report($"measuring {work} failed: {e}");
        failed.Add(work);
    }
}
Console.WriteLine();
Console.WriteLine(Figure.Table(figures));
Console.WriteLine();
var worse = Comparison.Worse(recorded, figures);
Console.WriteLine(
    recorded.Count == 0 ? "No figures are recorded yet: --record stores those of a run."
    : worse.Length == 0 ? "No figure is more than 10 % worse than the recorded one."
    : $"More than 10 % worse than recorded:\n- {string.Join("\n- ", worse)}");
if (options.Record)
{
    await Records.Store(Records.Replace(recorded, await RunInfo.Describe(figures), options.IsComplete && failed.Count == 0));
    Console.WriteLine("The figures were recorded in docs/benchmarks/latest.json and docs/benchmarks.md.");
}
if (failed.Count == 0) return 0;
Console.Error.WriteLine($"bench: these measurements failed: {string.Join(", ", failed)}");
return 1;
