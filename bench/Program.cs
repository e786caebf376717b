using Bench;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine($"""
        usage: ./platform bench [--seconds N] [WORK...]
          Starts a private system, measures, stops it. Ratios are taken in one run on one machine, the two sides in turn.
          WORK: {string.Join(", ", Works.All.Keys)}; all of them when none is named.
          --seconds N   sets how long one measurement takes (default 8); a ratio has both sides for three times as long, in turns of a quarter
        environment: BENCH_PORT (28080) and the ports after it are the system's
        """);
    return 0;
}

var named = args.Where(Works.All.ContainsKey).ToArray();
if (args.Where((a, i) => !Works.All.ContainsKey(a) && a != "--seconds" && !(i > 0 && args[i - 1] == "--seconds"))
    .FirstOrDefault() is { } unknown)
{
    Console.Error.WriteLine($"bench: there is no work \"{unknown}\"; --help lists them");
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
