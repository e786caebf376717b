using Bench;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine($"""
        usage: ./platform bench [--seconds N] [WORK...]
          Starts a private platform, runs the measurements, and stops it. Each ratio compares a figure with a baseline that is measured
          in the same run, in alternation.
          WORK: {string.Join(", ", Works.All.Keys)}; if none is named, all of them are measured
          --seconds N   the duration of one measurement (default 8); each side of a throughput ratio takes three times as long
        environment: BENCH_PORT (28080: the first port of the platform, which also uses ports after it)
        """);
    return 0;
}

var named = args.Where(Works.All.ContainsKey).ToArray();
if (args.Where((a, i) => !Works.All.ContainsKey(a) && a != "--seconds" && !(i > 0 && args[i - 1] == "--seconds"))
    .FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"bench: there is no work \"{unknown}\"; --help lists all works");
    return 2;
}
var seconds = Array.IndexOf(args, "--seconds") is >= 0 and var at && at + 1 < args.Length && int.TryParse(args[at + 1], out var n) && n > 0
    ? n
    : 8;

await using var system = await PrivateSystem.Start();
var site = await Site.Fill(system);
Console.WriteLine("warming up ...");
await Works.WarmUp(system, site, seconds);
var figures = new List<Figure>();
foreach (var work in named.Length > 0 ? named : [.. Works.All.Keys])
{
    Console.WriteLine($"measuring {work} ...");
    figures.AddRange(await Works.All[work](system, site, seconds));
}
Console.WriteLine();
Console.WriteLine(Figure.Table(figures));
return 0;
