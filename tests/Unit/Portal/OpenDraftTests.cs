using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Platform.Web;
using Portal.Console;
using Portal.Console.Editing;
using Xunit;

namespace Unit.Portal;

/// <summary>Automatic saving of the draft that is open in the editor.</summary>
public sealed class OpenDraftTests : IDisposable
{
    private readonly Articles _articles = new();
    private readonly OpenDraft _open;

    public OpenDraftTests() => _open = new OpenDraft(_articles.Desk(), Guid.Parse("0196a000-0000-7000-8000-000000000101"));

    public void Dispose() => _articles.Dispose();

    [Fact]
    public async Task A_changed_draft_is_saved_once_with_the_version_that_was_read()
    {
        await _open.Read("news");
        Assert.False(await _open.AutoSave());
        _open.Form.Texts["en"].Lead = "New lead";

        Assert.True(await _open.AutoSave());
        Assert.False(await _open.AutoSave());
        Assert.Equal(["PUT \"1\""], _articles.Writes);
        Assert.Equal("\"2\"", _open.Version);
        Assert.False(_open.Form.IsChanged);
    }

    [Fact]
    public async Task Text_typed_during_an_automatic_save_is_kept_and_still_unsaved()
    {
        await _open.Read("news");
        _open.Form.Texts["en"].Lead = "New";
        _articles.Meanwhile = () => _open.Form.Texts["en"].Lead = "New lead";

        Assert.True(await _open.AutoSave());
        Assert.Equal("New lead", _open.Form.Texts["en"].Lead);
        Assert.True(_open.Form.IsChanged);
        Assert.True(await _open.AutoSave());
        Assert.Equal(["PUT \"1\"", "PUT \"2\""], _articles.Writes);
    }

    [Fact]
    public async Task A_scheduled_article_is_not_saved_automatically()
    {
        _articles.ScheduledFor = DateTimeOffset.UnixEpoch;
        await _open.Read("news");
        _open.Form.Texts["en"].Lead = "Half a sent";

        Assert.False(await _open.AutoSave());
        Assert.Empty(_articles.Writes);
    }

    [Fact]
    public async Task A_lost_response_does_not_cause_a_conflict()
    {
        await _open.Read("news");
        _open.Form.Texts["en"].Lead = "New lead";
        _articles.LosesAnswers = true;
        Assert.False(await _open.AutoSave());
        Assert.NotNull(_open.NotSaved);
        _articles.LosesAnswers = false;

        Assert.True(await _open.AutoSave());
        Assert.Equal((null, null, "\"2\""), (_open.Conflict, _open.NotSaved, _open.Version));
    }

    [Fact]
    public async Task A_change_by_somebody_else_is_a_conflict_and_stops_automatic_saves()
    {
        await _open.Read("news");
        _articles.Write("Their lead");
        _open.Form.Texts["en"].Lead = "My lead";

        Assert.False(await _open.AutoSave());
        Assert.False(await _open.AutoSave());
        Assert.Equal("ann", _open.Conflict!.By);
        Assert.Equal(("My lead", "Their lead"), (_open.Form.Texts["en"].Lead, _articles.Lead));
        Assert.Single(_articles.Writes);
    }

    [Fact]
    public async Task A_step_of_the_review_is_no_conflict_and_the_save_is_repeated_on_it()
    {
        await _open.Read("news");
        _articles.Review();
        _open.Form.Texts["en"].Lead = "New lead";

        Assert.True(await _open.AutoSave());
        Assert.Equal(["PUT \"1\"", "PUT \"2\""], _articles.Writes);
        Assert.Equal((null, "New lead"), (_open.Conflict, _articles.Lead));

        _articles.Review();
        _open.Form.Texts["en"].Lead = "Newer lead";
        Assert.True(await _open.Send(HttpMethod.Put, $"{_open.Id}", _open.Form.Request()));
        Assert.Equal((null, "Newer lead"), (_open.Conflict, _articles.Lead));
    }

    [Fact]
    public async Task A_merged_text_is_based_on_the_stored_version_and_not_saved_yet()
    {
        await _open.Read("news");
        _articles.Write("Their lead");
        _open.Form.Texts["en"].Lead = "My lead";
        Assert.False(await _open.AutoSave());
        Assert.True(_open.Merge!.HasConflicts);
        _open.Form.Texts["en"].Title = "My title";
        Assert.False(_open.TakeMerged()); // compared again, because the form has changed
        Assert.Equal(["en.title", "en.lead"], _open.Merge.Fields.Select(f => f.Name));

        Assert.True(_open.TakeMerged());
        Assert.Equal((null, "\"2\"", true), (_open.Conflict, _open.Version, _open.Form.IsChanged));
        Assert.True(await _open.AutoSave());
        Assert.Equal("My lead", _articles.Lead);
    }

    [Fact]
    public async Task A_version_with_an_epoch_has_the_number_before_the_dot()
    {
        _articles.Epoch = ".1795975200";
        await _open.Read("news");
        Assert.Equal(("\"1.1795975200\"", 1L), (_open.Version, _open.VersionNumber));
    }

    [Fact]
    public async Task A_rejected_draft_is_sent_again_only_after_it_changes()
    {
        await _open.Read("news");
        _open.Form.Texts["en"].Title = "";
        Assert.False(await _open.AutoSave());
        Assert.False(await _open.AutoSave());
        Assert.Single(_articles.Writes);
        Assert.Null(_open.Refused);

        _open.Form.Texts["en"].Title = "Title";
        _open.Form.Texts["en"].Lead = "New lead";
        Assert.True(await _open.AutoSave());
        Assert.Null(_open.NotSaved);
    }

    /// <summary>A fake of the articles service behind the gateway, with one article.</summary>
    private sealed class Articles : HttpMessageHandler, IHttpClientFactory
    {
        private long _version = 1;
        public string Lead { get; private set; } = "Lead";
        public DateTimeOffset? ScheduledFor { get; set; }
        public bool LosesAnswers { get; set; }
        public Action? Meanwhile { get; set; }
        public List<string> Writes { get; } = [];
        public string Epoch { get; set; } = "";

        public HttpClient CreateClient(string name) => new(this, disposeHandler: false) { BaseAddress = new Uri("http://gateway.example") };

        public Desk Desk()
        {
            var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
            var token = Kit.Tokens.SignedWith(["editor"], Kit.Tokens.Ours, clock.GetUtcNow().UtcDateTime.AddHours(1));
            var (person, _) = Session.Of(SessionTokens.Begin(token, null, clock.GetUtcNow()));
            var settings = new ConfigurationBuilder().Build();
            var renewal = new Renewal(
                null!,
                new EndedTokens(settings, clock, NullLogger<EndedTokens>.Instance),
                new SecurityLog(NullLoggerFactory.Instance),
                settings,
                clock,
                NullLogger<Renewal>.Instance);
            return new(this, new SignedIn(new AuthenticationState(person)), renewal);
        }

        /// <summary>A colleague changes the stage of the draft and not its text.</summary>
        public void Review() => _version++;

        public void Write(string lead) => (Lead, _version) = (lead, _version + 1);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Put)
            {
                Writes.Add($"PUT {request.Headers.GetValues("If-Match").Single()}");
                var sent = JsonDocument.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))
                    .RootElement.GetProperty("translations").GetProperty("en");
                Meanwhile?.Invoke();
                Meanwhile = null;
                if (sent.GetProperty("title").GetString()!.Length == 0) return new(HttpStatusCode.BadRequest);
                if (request.Headers.GetValues("If-Match").Single() != $"\"{_version}\"") return new(HttpStatusCode.PreconditionFailed);
                Write(sent.GetProperty("lead").GetString()!);
                return LosesAnswers ? throw new HttpRequestException("The connection was lost") : Tagged(new(HttpStatusCode.NoContent));
            }
            var path = request.RequestUri!.AbsolutePath;
            return path.EndsWith("/history", StringComparison.Ordinal)
                ? Json(new { items = new[] { new HistoryItem(_version, "draftRevised", DateTimeOffset.UnixEpoch, "ann", null) } })
                : Tagged(Json(new DraftView(Guid.Empty, ScheduledFor is null ? "published" : "scheduled", true, new DraftContent(
                    "news", [], null, null, null,
                    new Dictionary<string, DraftText> { ["en"] = new("Title", Lead, "title", "<p>Body</p>") }), ScheduledFor)));
        }

        private HttpResponseMessage Tagged(HttpResponseMessage answer)
        {
            answer.Headers.TryAddWithoutValidation("ETag", $"\"{_version}{Epoch}\"");
            return answer;
        }

        private static HttpResponseMessage Json(object body) =>
            new(HttpStatusCode.OK)
            {
                Content = new StringContent(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json"),
            };
    }

    private sealed class SignedIn(AuthenticationState state) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(state);
    }
}
