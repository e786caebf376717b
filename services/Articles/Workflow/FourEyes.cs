using Articles.Publishing;
using Npgsql;
using Platform.Postgres;
using Platform.Web;

namespace Articles.Workflow;

/// <summary>
/// The four-eyes rule: in these sections, the person who wrote the last change of a draft can neither approve nor publish it.
/// <paramref name="LastWriter"/> is the author of the last change according to the metadata of the events. It is used for changes of
/// earlier versions, which have no author in their data.
/// </summary>
public sealed record FourEyes(IReadOnlySet<string> Sections, string? LastWriter = null)
{
    private const string SectionsSql = "select id from articles.mt_doc_section where (data ->> 'fourEyes')::boolean";

    private const string LastWriterSql =
        """
        select user_name from articles.mt_events
        where stream_id = $1 and type in ('article_drafted', 'draft_revised') order by version desc limit 1
        """;

    /// <summary>No section has the rule.</summary>
    public static readonly FourEyes None = new(new HashSet<string>());

    /// <summary>Reads the sections that have the rule and, if there are any, who wrote the last change of an article.</summary>
    public static async Task<FourEyes> Load(NpgsqlDataSource database, Guid? article, CancellationToken ct)
    {
        var keys = await database.Rows(SectionsSql, row => row.GetString(0)["section-".Length..], ct);
        if (keys.Count == 0) return None;
        var writers = article is { } id
            ? await database.Rows(LastWriterSql, row => row.IsDBNull(0) ? null : row.GetString(0), ct, Streams.Article(id))
            : [];
        return new(keys.ToHashSet(), writers.FirstOrDefault());
    }

    /// <summary>Whether the section of the draft, or the one in which readers see the article, has the rule.</summary>
    public bool AppliesTo(Article article) => AppliesTo(article.Draft?.Section) || AppliesTo(article.Published?.Section);

    /// <summary>Whether a section has the rule.</summary>
    public bool AppliesTo(string? section) => section is not null && Sections.Contains(section);

    /// <summary>The person who wrote the last change of the draft; null if that is unknown.</summary>
    public string? WriterOf(Article article) => article.ChangedBy ?? LastWriter;

    /// <exception cref="SecondPersonRequired">The rule applies, and the person wrote the last change.</exception>
    public void RequireSecondPerson(Article article, Person person)
    {
        if (AppliesTo(article) && WriterOf(article) == person.Name)
            throw new SecondPersonRequired(
                "This section requires two persons: the author of the last change can neither approve nor publish it. Ask a colleague.");
    }

    /// <exception cref="SecondPersonRequired">The rule applies, so that no text can be changed and published in one step.</exception>
    public void RequireTwoSteps(Article article)
    {
        if (AppliesTo(article))
            throw new SecondPersonRequired(
                "This section requires two persons, so a correction cannot be published at once. Change the draft, and let a colleague "
                + "publish it.");
    }
}
