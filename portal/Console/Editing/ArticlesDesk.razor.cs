using Microsoft.AspNetCore.Components;
using Portal.Reader;

namespace Portal.Console.Editing;

/// <summary><c>/console/articles</c>: the list of articles for editors. The filter is part of the address.</summary>
public sealed partial class ArticlesDesk
{
    private static readonly string[] States = ["all", "draft", "scheduled", "published", "retracted"];

    private Answer<Listed<EditorsItem>>? _page;
    private IReadOnlyList<SectionItem> _sections = [];
    private string _state = "all", _stage = "", _section = "", _lang = "", _q = "";

    [SupplyParameterFromQuery] public string? State { get; set; }
    [SupplyParameterFromQuery] public string? Stage { get; set; }
    [SupplyParameterFromQuery] public string? Section { get; set; }
    [SupplyParameterFromQuery] public string? Lang { get; set; }
    [SupplyParameterFromQuery] public string? Q { get; set; }
    [SupplyParameterFromQuery] public string? Cursor { get; set; }
    [Inject] private Desk Desk { get; set; } = null!;
    [Inject] private NavigationManager Navigation { get; set; } = null!;

    protected override async Task OnParametersSetAsync()
    {
        (_state, _stage, _section, _lang, _q) = (State ?? "all", Stage ?? "", Section ?? "", Lang ?? "", Q ?? "");
        if (_sections.Count == 0) _sections = (await Desk.Get<Listed<SectionItem>>("/api/sections")).Value?.Items ?? [];
        _page = await Desk.Get<Listed<EditorsItem>>(Url.With(
            "/api/articles",
            ("state", _state == "published" ? "public" : _state),
            ("stage", _stage == "mine" ? null : _stage),
            ("assignee", _stage == "mine" ? "me" : null),
            ("section", _section),
            ("lang", _lang),
            ("fallback", _lang.Length == 0 ? null : "false"),
            ("q", _q.Trim()),
            ("order", "changed"),
            ("cursor", Cursor)));
    }

    private void Filter() =>
        Navigation.NavigateTo(
            Url.With(
                "articles",
                ("state", _state == "all" ? null : _state),
                ("stage", _stage),
                ("section", _section),
                ("lang", _lang),
                ("q", _q.Trim())));

    private string NameOf(string section) =>
        _sections.FirstOrDefault(s => s.Key == section)?.Names.GetValueOrDefault(ConsoleLanguage.Current) ?? section;
}
