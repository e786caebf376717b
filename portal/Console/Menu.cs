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

    /// <summary>The roles that read drafts.</summary>
    public const string NewsroomRoles = $"{Roles.Author},{PublishingRoles}";

    /// <summary>The roles that publish articles.</summary>
    public const string PublishingRoles = $"{Roles.Editor},{Roles.Publisher}";

    /// <summary>The pages of editors and moderators.</summary>
    public static readonly IReadOnlyList<Entry> Desks =
    [
        new("articles", typeof(DeskTexts), "Articles", Icons.Material.Outlined.Article, NewsroomRoles),
        new("media", typeof(DeskTexts), "Media", Icons.Material.Outlined.PhotoLibrary, NewsroomRoles),
        new("schedule", typeof(DeskTexts), "Schedule", Icons.Material.Outlined.CalendarMonth, PublishingRoles),
        new("featured", typeof(DeskTexts), "Featured", Icons.Material.Outlined.PushPin, Roles.Editor),
        new("typos", typeof(DeskTexts), "TyposShort", Icons.Material.Outlined.Spellcheck, Roles.Editor),
        new("tickets", typeof(DeskTexts), "TicketsShort", Icons.Material.Outlined.Mail, Roles.Editor),
        new("sections", typeof(DeskTexts), "Sections", Icons.Material.Outlined.HowToReg, Roles.Publisher),
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
