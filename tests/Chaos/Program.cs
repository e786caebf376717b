using System.Globalization;
using System.Runtime.InteropServices;
using Chaos;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.WriteLine($"""
        usage: ./platform chaos [FAULT...] [--rate N] [--report FILE] [--yes]
          Injects faults into the running platform, one after another, under load. It compares what was acknowledged with what is served,
          counted and announced, and prints a table. The exit code is 1 if anything was lost, repeated or otherwise wrong, if a read failed
          that a healthy replica could have answered, or if events were delayed by more than the duration of the fault plus
          {Report.Allowed.TotalSeconds} s.
          Readers notice the faults. The load leaves retracted articles with their comments, erased messages, and rates of January 1000.
          It sends no e-mail. It needs two replicas of each service and two gateways; it starts those that are missing, and stops them
          again afterwards. Run it with the settings (environment) of ./platform up. Ctrl-C repairs the current fault, prints the table
          so far, and ends the command.
          --rate N       writes per second (default 20), and half as many reads; the load starts 10 s before a fault and ends 20 s after it
          --command TEXT run this shell command under load instead of a fault, for example './platform up' after a build
          --report FILE  also write the table, with all findings, to this file
          --yes          do not ask for confirmation
        FAULT: without FAULT and --command, all faults are injected, which takes about {Faults.All.Count * 2} minutes
        {string.Join('\n', Faults.All.Select(f => $"  {f.Name,-18}{f.Description}"))}
        """);
    return 0;
}

var (names, commands, rate, report, isConfirmed) = (new List<string>(), new List<Fault>(), 20.0, (string?)null, false);
for (var n = 0; n < args.Length; n++)
    switch (args[n])
    {
        case "--yes":
            isConfirmed = true;
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
            Console.Error.WriteLine("chaos: --rate must be a number from 1 to 1000 (writes per second)");
            return 2;
        case var unknown:
            Console.Error.WriteLine($"chaos: there is no fault \"{unknown}\"; --help lists them");
            return 2;
    }
if (!isConfirmed)
{
    Console.Write("This injects faults into the running platform, and readers will notice. Type yes to continue: ");
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
    Console.Error.WriteLine("chaos: repairing the current fault before exit ...");
}
