using System.Globalization;

namespace Bench;

/// <summary>The command line of <c>./platform bench</c>. If <c>Problem</c> is set, the command line is invalid.</summary>
internal sealed record Options(IReadOnlyList<string> Works)
{
    /// <summary>The work that is measured only on request, because it installs packages.</summary>
    public const string WordPress = "wordpress";

    /// <summary>The duration of one measurement.</summary>
    public int Seconds { get; init; } = 8;
    /// <summary>Whether all regular works are measured, so that a record of this run replaces the whole previous record.</summary>
    public bool IsComplete { get; init; }
    public bool Record { get; init; }
    public bool Help { get; init; }
    public string? Problem { get; init; }

    /// <summary>Parses the arguments. If they name no work, all <paramref name="regular"/> works are measured.</summary>
    public static Options Parse(IReadOnlyList<string> arguments, IReadOnlyCollection<string> regular)
    {
        var (options, named, wordPress) = (new Options([]), new List<string>(), false);
        for (var i = 0; i < arguments.Count; i++)
            switch (arguments[i])
            {
                case "--help" or "-h":
                    return options with { Help = true };
                case "--record":
                    options = options with { Record = true };
                    break;
                case "--wordpress":
                    wordPress = true;
                    break;
                case "--seconds":
                    if (i + 1 == arguments.Count
                        || !int.TryParse(arguments[++i], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                        || seconds == 0)
                        return options with { Problem = "--seconds needs a number of seconds, for example --seconds 8" };
                    options = options with { Seconds = seconds };
                    break;
                case WordPress:
                    named.Add(WordPress);
                    break;
                case var argument:
                    if (!regular.Contains(argument))
                        return options with { Problem = $"there is no work or option \"{argument}\"; --help lists all of them" };
                    named.Add(argument);
                    break;
            }
        var works = named.Count > 0 ? named : [.. regular];
        if (wordPress) works.Add(WordPress);
        string[] distinct = [.. works.Distinct()];
        return options with { Works = distinct, IsComplete = regular.All(w => distinct.Contains(w)) };
    }
}
