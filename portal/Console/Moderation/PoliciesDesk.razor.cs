using Microsoft.AspNetCore.Components;
using Portal.Reader;

namespace Portal.Console.Moderation;

/// <summary><c>/console/moderation/policies</c>: which comments are held, when discussions close, and who is banned.</summary>
public sealed partial class PoliciesDesk
{
    private readonly Dictionary<string, string> _articles = [];
    private Answer<Listed<PolicyItem>>? _policies;
    private Answer<Listed<BanItem>>? _bans;
    private IReadOnlyList<SectionItem> _sections = [];
    private Refused? _refused;
    private string? _done;

    [Inject] private Desk Desk { get; set; } = null!;

    private sealed record Scope(string Of, string Name, PolicyItem Policy);

    protected override Task OnInitializedAsync() => Load();

    private async Task Load()
    {
        _sections = (await Desk.Get<Listed<SectionItem>>("/api/sections")).Value?.Items ?? [];
        _bans = await Desk.Get<Listed<BanItem>>("/api/moderation/bans");
        var policies = await Desk.Get<Listed<PolicyItem>>("/api/moderation/policies");
        foreach (var of in policies.Value?.Items.Select(p => p.Of).Where(
            o => o.StartsWith("article-", StringComparison.Ordinal) && !_articles.ContainsKey(o)).ToArray()
            ?? [])
            _articles[of] =
                (await Desk.Get<ArticleView>($"/api/articles/{of["article-".Length..]}?lang={ConsoleLanguage.Current}")).Value?.Title
                    ?? of;
        _policies = policies;
    }

    /// <summary>The scopes to list: all discussions, every section, and the articles that have their own policy.</summary>
    private IEnumerable<Scope> Scopes(IReadOnlyList<PolicyItem> policies) =>
        new (string Of, string Name)[] { ("all", D["AllDiscussions"]) }
            .Concat(
                _sections.Select(
                    s => ($"section-{s.Key}", $"{D["Section"].Value}: {s.Names.GetValueOrDefault(ConsoleLanguage.Current) ?? s.Key}")))
            .Concat(_articles.OrderBy(a => a.Value, StringComparer.CurrentCulture).Select(a => (a.Key, a.Value)))
            .Select(s => new Scope(s.Item1, s.Item2, policies.FirstOrDefault(p => p.Of == s.Item1) ?? new(s.Item1, null, null)));

    private void Add(ArticleItem article) => _articles[$"article-{article.Id}"] = article.Title;

    private async Task Save(PolicyItem policy, string name)
    {
        var address = policy.Of == "all"
            ? "all"
            : policy.Of.StartsWith("section-", StringComparison.Ordinal)
            ? $"sections/{policy.Of["section-".Length..]}"
            : $"articles/{policy.Of["article-".Length..]}";
        await Send(
            HttpMethod.Put,
            $"/api/moderation/policies/{address}",
            new { mode = policy.Mode, closedAfterDays = policy.ClosedAfterDays },
            D["PolicySaved", name]);
    }

    private Task LiftBan(BanItem ban) => Send(HttpMethod.Delete, $"/api/moderation/bans/{ban.EmailHash}", null, D["BanLifted"]);

    private async Task Send(HttpMethod method, string path, object? body, string done)
    {
        _refused = (await Desk.Send<object>(method, path, body)).Refused;
        _done = _refused is null ? done : null;
        await Load();
    }
}
