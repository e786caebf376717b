using Articles.Featured;
using Articles.Links;
using Articles.Media;
using Articles.Publishing;
using Articles.Reading;
using Articles.Workflow;
using Comments.Moderation;
using Comments.People;
using Comments.Posting;
using Comments.Threads;
using CurrencyRates.Sheets;
using CurrencyRates.States;
using Feedback.Messages;
using Feedback.Typos;
using Kit;
using Platform.Contracts;
using Platform.Contracts.Refills;
using Platform.Replays;
using PublicArticles = Platform.Contracts.Articles;
using PublicComments = Platform.Contracts.Comments;
using PublicFeedback = Platform.Contracts.Feedback;
using PublicRates = Platform.Contracts.CurrencyRates;

namespace Contracts;

/// <summary>One sample of every public event, and of every event that a service stores.</summary>
internal static partial class Samples
{
    private static readonly Guid
        Event = new("01900000-0000-7000-8000-000000000001"),
        Article = new("01900000-0000-7000-8000-000000000002"),
        Comment = new("01900000-0000-7000-8000-000000000003");
    private static readonly DateTimeOffset At = Some.Noon;
    private static readonly DateOnly Day = new(2026, 1, 3);
    private const long Epoch = 1_800_000_000;
    private static readonly Content Content = new(
        "news",
        ["trade"],
        Day,
        "A. Author",
        "SCO",
        new Dictionary<string, Text> { ["ru"] = new("Заголовок", "Начало", "zagolovok", "<p>Текст</p>") });
    private static readonly Dictionary<string, PublicArticles.ArticleText> Texts = new()
    {
        ["ru"] = new("Заголовок", "Начало", "zagolovok", "<p>Текст</p>"),
    };
    private static readonly Dictionary<string, string> Names = new() { ["en"] = "Kazakhstan", ["ru"] = "Казахстан" };
    private static readonly Rate[] Rates = [new("R01335", "398", "KZT", 100, 15.1234m)];
    private static readonly PublicRates.OfficialRate[] OfficialRates = [new("R01335", "398", "KZT", 100, 15.1234m)];

    private static readonly Original Original = new(new string('a', 64), "image/jpeg", 4_000_000, 4000, 3000);
    private static readonly Rendition Preview = new($"{new string('b', 32)}.jpg", "image/jpeg", 1280, 960, 150_000);
    private static readonly Rendition Small = new($"{new string('c', 32)}.avif", "image/avif", 320, 240, 9_000);
    private static readonly MediaDescription Description = new(
        new Dictionary<string, string> { ["ru"] = "Зал" },
        new Dictionary<string, string> { ["ru"] = "Перед заседанием" },
        "A. Photographer",
        "CC BY 4.0",
        0.25,
        0.5);

    public static IReadOnlyList<object> Public { get; } =
    [
        new PublicArticles.ArticlePublished(Event, $"article-{Article}", 2, At, Article, "news", ["trade"], At, Texts),
        new PublicArticles.ArticleRevised(Event, $"article-{Article}", 3, At, Article, "news", ["trade"], At, Texts),
        new PublicArticles.ArticleRetracted(Event, $"article-{Article}", 4, At, Article, "It was wrong."),
        new PublicArticles.ArticleStatsChanged(Event, $"discussion-{Article}", 1, At, Article, 7),
        new PublicArticles.MediaChanged(Event, $"media-{Comment}", 2, At, Comment),
        new PublicArticles.ArticlesRetold(Epoch, At), new PublicComments.CommentsRetold(Epoch, At),
        new PublicRates.RatesRetold(Epoch, At), new PublicFeedback.TypoReportsRetold(Epoch, At),
        new PublicArticles.TypoCorrectionRefused(Event, $"typo-{Comment}", 1, At, Comment, Article, 2, "There is no such place."),
        new PublicFeedback.TypoReportAccepted(
            Event, $"typo-{Comment}", 2, At, Comment, Article, 3, "ru", "body", "Это ", "тескт", " статьи", "текст",
            "Исправлена опечатка."),
        new PublicFeedback.TypoReportClosed(Event, $"typo-{Comment}", 3, At, Comment, Article, "corrected", 4),
        new PublicComments.CommentPosted(Event, $"comment-{Comment}", 1, At, Comment, Article, Event, "Ann", "Well said.", At),
        new PublicComments.CommentEdited(Event, $"comment-{Comment}", 2, At, Comment, Article, "Very well said.", At),
        new PublicComments.CommentHidden(Event, $"comment-{Comment}", 2, At, Comment, Article),
        new PublicComments.DiscussionChanged(Event, $"discussion-{Article}", 9, At, Article, 7),
        new PublicRates.RatesPublished(Event, "rates-2026-01-03", 1, At, Day, OfficialRates),
        new PublicRates.RatesCorrected(Event, "rates-2026-01-03", 2, At, Day, OfficialRates),
        new RefillRequested("comments-when-article-published", At, ["ArticlePublished"]),
        new EventBatch<PublicArticles.ArticleStatsChanged>([new(Event, $"discussion-{Article}", 1, At, Article, 7)]),
        new EventBatch<PublicComments.CommentPosted>(
            [new(Event, $"comment-{Comment}", 1, At, Comment, Article, Event, "Ann", "Well said.", At)]),
        new EventBatch<PublicComments.DiscussionChanged>([new(Event, $"discussion-{Article}", 9, At, Article, 7)]),
    ];

    public static IReadOnlyList<object> Stored { get; } =
    [
        new ArticleDrafted(Content),
        new DraftRevised(Content),
        new ArticlePublished(Content, At),
        new ArticleRevised(Content, At, At.AddDays(1)),
        new ArticleRetracted("It was wrong.", At),
        new ArticleScheduled(At),
        new ArticleUnscheduled(),
        new SlugTaken(Article),
        new SlugReleased(),
        new ArticlePinned(Article, 0),
        new ArticleMoved(Article, 2),
        new ArticleUnpinned(Article),
        new LinkDefined(1, "https://example.org/", new Dictionary<string, string> { ["en"] = "Secretariat" }, Day, Day.AddYears(1)),
        new LinkRemoved(),
        new MediaUploaded("hall.jpg", Original, Preview, At),
        new MediaReplaced(Original with { Hash = new string('d', 64) }, Preview with { File = $"{new string('e', 32)}.jpg" }),
        new MediaRenamed("assembly-hall.jpg"),
        new MediaDescribed(Description),
        new MediaDeleted(),
        new RenditionsRequested(Original),
        new RenditionMade(Original.Hash, Small),
        new RenditionsFailed(Original.Hash, "takes too long"),
        new RenditionsCompleted(Original.Hash),
        new RenditionsDiscarded(),
        new TypoRefused(Comment, Article, 2, "There is no such place."),
        new TypoHeardAgain(Epoch), new TypoForgotten(Epoch), new ArticleVersionsLost(Epoch),
        new DiscussionCounted(7, 9), new SectionDefined(1, new Dictionary<string, string> { ["en"] = "News" }),
        new DraftSubmitted(), new DraftApproved(), new DraftReturned("Name the source."), new ArticleAssigned("ann"),
        new TranslationMarked("ru", "en", 3, "0123456789abcdef"), new SectionFourEyesSet(true),
        new NoteAdded(Comment, "Check the date.", "ann", At), new NoteResolved(Comment, "ben", At),
        new CommentPosted(Article, Event, "Ann", "Well said.", At, "more than 2 links"),
        new CommentEdited(Article, "Very well said.", At, "more than 2 links", true),
        new CommentDeleted(Article, At, true),
        new CommentErased(Article, At, true),
        new CommentKept(Article, At),
        new CommentApproved(Article),
        new CommentHidden(Article, "rude", true),
        new ArticleSeen(2, true),
        new VoteCast(Comment, 1, -1),
        new CommentFlagged(Comment, FlagReason.OffTopic, At),
        new ModerationPolicySet(ModerationMode.FirstHeld, 30, At), new PersonBanned("spam", At), new PersonReadmitted(At),
        new RatesRecorded(Day, "bank", Rates), new RatesCorrected(Day, "by hand", Rates),
        new CurrencyDefined("398", "R01335", Names),
        new StateNamed(3, Names),
        new StatusGiven(Day, Status.Partner),
        new CapitalNamed(Day, Names, "Asia/Almaty"),
        new CurrencyAdopted(Day, "KZT"), new FactWithdrawn(FactKind.Capital, Day),
        new BackfillRequested(Day, Day.AddDays(7), At), new BackfillAdvanced(Day, 5), new BackfillCancelled(At),
        new ArticleVersionSeen(
            2,
            "news",
            new Dictionary<string, Wording> { ["ru"] = new("Заголовок", "Начало", "<p>Это тескт статьи</p>") },
            false),
        new TypoReported(
            Event,
            Article,
            "news",
            "Заголовок",
            2,
            new("ru", Part.Body, 4, 5),
            "Это ",
            "тескт",
            " статьи",
            "Две буквы.",
            "ann@example.org",
            At),
        new TypoAccepted(
            Article,
            2,
            "ru",
            Part.Body,
            "Это ",
            "тескт",
            " статьи",
            "текст",
            "Исправлена опечатка.",
            At),
        new TypoRejected("It is a name.", At),
        new TypoReopened(At),
        new TypoConflicted(2, "There is no such place."),
        new TypoClosed(Article, TypoOutcome.Corrected, 3, At),
        new TypoReportersErased([Event], At),
        new MessageReceived(Topic.Content, "Ann", "ann@example.org", "There is a mistake.", At),
        new TicketAnswered(Event, "Thank you.", At),
        new AnswerSent(Event, At),
        new AnswerUndeliverable(Event, 550, At),
        new TicketErased(At),
        new TicketClosed(At),
        new ReplayRequested(
            "readModel:comment-view",
            ReplayMode.Apply,
            new ReplayScope("comment-1", 1, 9, At, At, ["comment_posted"]),
            100,
            "a row was changed",
            "admin",
            At),
        new ReplayStarted("comments-1", At),
        new ReplayAdvanced("building", 5, 10, 0, At),
        new ReplayCompleted(10, new Comparison(9, 1, 0, 0, [new Difference("comment-1", "differs", ["data.text"])]), At),
        new ReplayCancelled("admin", At),
        new ReplayFailed("PostgresException: no", At),
    ];

    /// <summary>Gives each sample a file: the name of the event and the number of the sample among those of the same event.</summary>
    public static IReadOnlyDictionary<string, object> Files(
        IEnumerable<object> samples, Func<Type, string> name, Func<int, string> number) =>
        samples.GroupBy(sample => name(sample.GetType()))
            .SelectMany(g => g.Select((sample, i) => (File: $"{g.Key}{number(i + 1)}.json", sample)))
            .ToDictionary(s => s.File, s => s.sample);
}
