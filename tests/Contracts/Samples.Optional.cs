using Articles.Links;
using Articles.Media;
using Articles.Publishing;
using Articles.Reading;
using Articles.Workflow;
using Comments.Moderation;
using Comments.Posting;
using Comments.Threads;
using CurrencyRates.Sheets;
using CurrencyRates.States;
using Feedback.Messages;
using Feedback.Typos;
using Platform.Contracts;
using Platform.Contracts.Refills;
using Platform.Replays;
using PublicArticles = Platform.Contracts.Articles;
using PublicComments = Platform.Contracts.Comments;

namespace Contracts;

/// <summary>
/// Further samples of the events that have optional properties, so that each of these properties occurs both with and without a value.
/// </summary>
internal static partial class Samples
{
    private static Content LongContent => new(
        "news",
        ["trade"],
        Day,
        "A. Author",
        "SCO",
        new Dictionary<string, Text> { ["ru"] = new("Заголовок", "Начало", "zagolovok", "<p>Текст</p>") { Markdown = "Текст" } })
    {
        Cover = new("https://example.org/cover.jpg", new Dictionary<string, string> { ["ru"] = "Зал" }),
        Related = [Event],
    };
    private static Content ShortContent => new(
        "news", [], null, null, null, new Dictionary<string, Text> { ["ru"] = new("Заголовок", "Начало", "zagolovok", "<p>Текст</p>") });
    private static PublicComments.CommentPosted PublicComment => new(
        Event, $"comment-{Comment}", 1, At, Comment, Article, null, "Ann", "Well said.", At);

    public static IReadOnlyList<object> FurtherPublic =>
    [
        new PublicArticles.ArticleRevised(Event, $"article-{Article}", 3, At, Article, "news", ["trade"], At, Texts, Comment),
        PublicComment,
        new RefillRequested("comments-when-article-published"),
        new EventBatch<PublicComments.CommentPosted>([PublicComment]),
    ];

    public static IReadOnlyList<object> FurtherStored =>
    [
        new ArticleDrafted(LongContent), new ArticleDrafted(ShortContent), new ArticleDrafted(ShortContent) { By = "ann" },
        new DraftRevised(LongContent) { RestoredFrom = 3 }, new DraftRevised(ShortContent),
        new DraftRevised(ShortContent) { By = "ann" },
        new DraftReturned(null), new ArticleAssigned(null),
        new ArticlePublished(LongContent, At)
        {
            RevisedAt = At.AddDays(1),
            Corrections = [new("A number was wrong.", At, "ru"), new("A name was wrong.", At)],
            FormerSlugs = new Dictionary<string, string> { ["staryj-zagolovok"] = "ru" },
        },
        new ArticlePublished(ShortContent, At),
        new ArticleRevised(LongContent, At, At.AddDays(1))
        {
            Correction = new("A number was wrong.", At, "ru"),
            Typo = new(Comment, 2),
        },
        new ArticleRevised(ShortContent, At, At.AddDays(1)) { Correction = new("A name was wrong.", At) },
        new LinkDefined(1, "https://example.org/", Names, null, null),
        new MediaDescribed(Description with { Credit = null, Licence = null }),
        new DiscussionCounted(7, 9) { Epoch = Epoch },
        new CommentPosted(Article, Event, "Ann", "Well said.", At, "more than 2 links") { EditHash = "a1b2", Depth = 1 },
        new CommentPosted(Article, null, "Ann", "Well said.", At, null),
        new CommentEdited(Article, "Very well said.", At, null, true),
        new CommentErased(Article, At, true) { Reason = "The author asked for it." },
        new ArticleSeen(2, false)
        {
            Section = "news",
            PublishedAt = At,
            Headings = new() { ["ru"] = new("Заголовок", "zagolovok") },
            DetailsOf = 1,
            Epoch = Epoch,
        },
        new ModerationPolicySet(null, null, At),
        new RatesRecorded(Day, "bank", Rates, At), new RatesCorrected(Day, "by hand", Rates, At),
        new CurrencyDefined("398", null, Names),
        new StatusGiven(Day, null),
        new ArticleVersionSeen(3, "news", new Dictionary<string, Wording>(), true) { Corrects = Comment, Epoch = Epoch },
        new TypoReported(
            Event, Article, "news", "Заголовок", 2, new("ru", Part.Body, 4, 5), "Это ", "тескт", " статьи", null, null, At),
        new MessageReceived(Topic.Content, "Ann", "ann@example.org", "There is a mistake.", At) { Lang = "ru", Consent = true },
        new TicketErased(At) { Reason = "The sender asked for it." },
        new TypoReportersErased([Event], At) { Reason = "The reader asked for it." },
        new ReplayRequested(
            "bus:comments-when-article-published",
            ReplayMode.Apply,
            new ReplayScope(),
            null,
            "The queue did not exist and was declared again.",
            "comments-when-article-published",
            At,
            Refill: true,
            ["ArticlePublished"]),
        new ReplayCompleted(10, null, At),
    ];
}
