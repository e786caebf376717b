using System.ComponentModel.DataAnnotations;
using Articles.Publishing;
using Articles.Texts;
using Microsoft.AspNetCore.Mvc;
using Platform.EventSourcing;
using Platform.Web;

namespace Articles.Workflow;

/// <summary>Ends the review of a draft without approving it: a reviewer asks for changes, or the author withdraws the draft.</summary>
public sealed record ReturnDraft(Person By, string? Note)
{
    public IEnumerable<object> Decide(Article? article)
    {
        if (article?.Draft is null) throw new NotFound("There is no article with this id. Create it with PUT first.");
        By.RequireReading(article);
        if (article.ScheduledFor is not null)
            throw new Rejected("The article is scheduled. Cancel the schedule before you return the draft.");
        if (article.Review is not null) yield return new DraftReturned(Note);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/articles/{id:guid}/return", async (
            Guid id,
            [FromBody] ReturnRequest? request,
            IfMatch seen,
            HttpContext http,
            Decider decider,
            CancellationToken ct) =>
            {
                var command = new ReturnDraft(Person.Of(http), PlainText.CleanOrNull(request?.Note));
                var decision = await decider.Decide<Article>(Streams.Article(id), seen.Expected, command.Decide, ct);
                return decision.Written(http, $"/api/articles/{id}");
            }).Requires(Roles.Newsroom);
}

/// <summary><c>note</c> tells the author what must be changed.</summary>
public sealed record ReturnRequest([property: Visible, StringLength(500)] string? Note = null);
