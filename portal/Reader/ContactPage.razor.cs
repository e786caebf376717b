using Platform.Web;


namespace Portal.Reader;

/// <summary>
/// <c>/{lang}/contact</c> is the form for messages to the editors, which works without scripts. <c>/{lang}/contact/{ticket}</c> shows the
/// reference number and the status of a message.
/// </summary>
public partial class ContactPage
{
    public static readonly IReadOnlyList<string> Topics = ["general", "content", "technical", "partnership"];

    /// <summary>The submitted fields of the contact form.</summary>
    public sealed record Message(
        string Topic = "general",
        string Name = "",
        string Email = "",
        string Text = "",
        bool Consent = false);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet($"/{ReaderSite.Lang}/contact", async (string lang, HttpContext http, Backends backends, CancellationToken ct) =>
        {
            var limits = backends.Read<FeedbackLimits>(Part.Feedback, "/api/feedback/limits", ct);
            return http.Show<ContactPage>(
                await Frame.Load(http, lang, backends, ct), new { Submitted = new Message(), Limits = await limits });
        });

        app.MapPost($"/{ReaderSite.Lang}/contact", async (string lang, HttpContext http, Backends backends, CancellationToken ct) =>
        {
            var form = await http.Request.ReadFormAsync(ct);
            string Field(string name) => form[name].ToString().Trim().ReplaceLineEndings("\n");
            var message = new Message(
                Topics.Contains(Field("topic")) ? Field("topic") : "general",
                Field("name"),
                Field("email"),
                Field("text"),
                Field("consent") == "yes");
            var body = new
            {
                message.Topic,
                message.Name,
                message.Email,
                message.Text,
                message.Consent,
                lang,
                website = Field("website"),
                proof = Field("proof") is { Length: > 0 } proof ? proof : null,
            };
            var key = ContentKey.Of(message.Topic, message.Name, message.Email, message.Text);
            var sent = await backends.Send<TicketReceipt>(HttpMethod.Post, "/api/feedback/messages", body, Visitors.Address(http), key, ct);
            if (sent.Value is { } receipt) return CommentPage.SeeOther(http, Url.To(lang, $"contact/{receipt.Ticket}"));
            var limits = await backends.Read<FeedbackLimits>(Part.Feedback, "/api/feedback/limits", ct);
            return http.Show<ContactPage>(
                await Frame.Load(http, lang, backends, ct),
                new { Submitted = message, Limits = limits, sent.Refused },
                (int)sent.Status);
        }).FromThisSite();

        app.MapGet($"/{ReaderSite.Lang}/contact/{{ticket:guid}}", async (
            string lang,
            Guid ticket,
            HttpContext http,
            Backends backends,
            CancellationToken ct) =>
            {
                var state = await backends.Read<TicketView>(Part.Feedback, $"/api/feedback/tickets/{ticket}", ct);
                var frame = await Frame.Load(http, lang, backends, ct);
                http.Response.Headers.CacheControl = "no-store"; // the address is the only protection of a ticket
                return state.Value is null
                    ? http.ShowError(frame, state.Status)
                    : http.Show<TicketPage>(frame with { Dependencies = new() }, new { Ticket = state.Value });
            });
    }
}
