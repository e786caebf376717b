using MudBlazor;
using Platform.Web;
using Portal.Resources;

namespace Portal.Console;

/// <summary>
/// An entry of the console's navigation: the address of its page, its label (a key of the given texts) and the comma-separated roles that
/// see it.
/// </summary>
public sealed record Entry(
    string Address,
    Type Texts,
    string Key,
    string Icon,
    string Roles);

/// <summary>The console's navigation, in display order.</summary>
public static class Menu
{
    /// <summary>The roles that may see the operator pages.</summary>
    public const string OperatorRoles = $"{Roles.Operator},{Roles.Admin}";

    /// <summary>The pages of editors and moderators.</summary>
    public static readonly IReadOnlyList<Entry> Desks =
    [
        new("articles", typeof(DeskTexts), "Articles", Icons.Material.Outlined.Article, Roles.Editor),
        new("media", typeof(DeskTexts), "Media", Icons.Material.Outlined.PhotoLibrary, Roles.Editor),
        new("schedule", typeof(DeskTexts), "Schedule", Icons.Material.Outlined.CalendarMonth, Roles.Editor),
        new("featured", typeof(DeskTexts), "Featured", Icons.Material.Outlined.PushPin, Roles.Editor),
        new("typos", typeof(DeskTexts), "TyposShort", Icons.Material.Outlined.Spellcheck, Roles.Editor),
        new("tickets", typeof(DeskTexts), "TicketsShort", Icons.Material.Outlined.Mail, Roles.Editor),
        new("moderation", typeof(DeskTexts), "Moderation", Icons.Material.Outlined.Forum, Roles.Moderator),
    ];

    /// <summary>The pages of operators and admins.</summary>
    public static readonly IReadOnlyList<Entry> Machine =
    [
        new("failures", typeof(ConsoleTexts), "Failures", Icons.Material.Outlined.ReportProblem, OperatorRoles),
        new("replays", typeof(ConsoleTexts), "Replays", Icons.Material.Outlined.Replay, OperatorRoles),
        new("events", typeof(ConsoleTexts), "Events", Icons.Material.Outlined.Timeline, OperatorRoles),
        new("audit", typeof(ConsoleTexts), "Audit", Icons.Material.Outlined.FactCheck, OperatorRoles),
    ];
}
