using System.Globalization;
using System.Runtime.InteropServices;
using Chaos;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine($"""
        usage: ./platform chaos [FAULT...] [--rate N] [--report FILE] [--yes]
          Breaks the running platform on purpose, one fault after another, while it is written to, read and listened to; then compares
          what was acknowledged with what is served, counted and announced, and prints a table. It fails if anything was lost or
          repeated, if a read failed that a healthy replica could have answered, or if events came more than
          {Report.Allowed.TotalSeconds} s later than the fault lasted.
          Readers notice it, and it leaves traces: articles that are retracted at the end, their comments, messages that are erased, and
          rates of January 1000. No e-mail is sent. Two replicas of each service and two gateways are needed: they are started if they
          are missing, and stopped afterwards. Run it with the settings (environment) of ./platform up. Ctrl-C ends it and mends what it
          broke.
          --rate N       writes per second (20), and half as many reads; half a minute of them surrounds each fault
          --command TEXT runs this shell command under load instead of a fault, for example './platform up' after a build
          --report FILE  where the table is written as well, with everything that was found
          --yes          does not ask
        FAULT: all of them, about {Faults.All.Count * 2} minutes, when none is named
        {string.Join('\n', Faults.All.Select(f => $"  {f.Name,-18}{f.What}"))}
        """);
    return 0;
}

var (names, commands, rate, report, isSure) = (new List<string>(), new List<Fault>(), 20.0, (string?)null, false);
for (var n = 0; n < args.Length; n++)
    switch (args[n])
    {
        case "--yes":
            isSure = true;
            break;
        case "--rate" when double.TryParse(args.ElementAtOrDefault(n + 1), CultureInfo.InvariantCulture, out rate)
                && rate is >= 1 and <= 1000:
        case "--report" when n + 1 < args.Length && (report = args[n + 1]).Length > 0:
            n++;
            break;
        case "--command" when n + 1 < args.Length:
            commands.Add(Faults.Command(args[++n]));
            break;
        case var name when Faults.All.Any(f => f.Name == name):
            names.Add(name);
            break;
        case "--rate":
            Console.Error.WriteLine("chaos: --rate needs a number from 1 to 1000: writes per second");
            return 2;
        case var unknown:
            Console.Error.WriteLine($"chaos: there is no fault \"{unknown}\"; --help lists them");
            return 2;
    }
if (!isSure)
{
    Console.Write("This breaks the running platform on purpose, and readers will notice. Type yes to go on: ");
    if (Console.ReadLine() != "yes")
    {
        Console.Error.WriteLine("chaos: nothing was done");
        return 2;
    }
}

using var cancel = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
Fault[] chosen = [.. Faults.All.Where(f => names.Count + commands.Count == 0 || names.Contains(f.Name)), .. commands];
var rows = await new Run(Site.OfEnvironment(), rate, cancel.Token).All(chosen);
var text = Report.Text(rows, rate);
Console.WriteLine();
Console.WriteLine(text);
if (report is not null) await File.WriteAllTextAsync(report, text);
return rows.All(Report.IsGood) && !cancel.IsCancellationRequested ? 0 : 1;

void Cancel(PosixSignalContext signal)
{
    signal.Cancel = true;
    cancel.Cancel();
    Console.Error.WriteLine("chaos: mending what is broken, then it ends ...");
}
