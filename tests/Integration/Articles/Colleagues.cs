using System.Net;
using Kit;

namespace Integration.Articles;

/// <summary>
/// People of the newsroom with tokens of their own: an author (Ben), two editors (Ann, Eve) and a publisher (Pia). The section
/// <see cref="Strict"/> requires two persons for each publication.
/// </summary>
public sealed class Colleagues : ServiceNewsroom
{
    public const string Strict = "strict";

    public HttpClient Ann { get; private set; } = null!;
    public HttpClient Eve { get; private set; } = null!;
    public HttpClient Ben { get; private set; } = null!;
    public HttpClient Pia { get; private set; } = null!;

    public HttpClient As(string name, params string[] roles) => Desk.ClientWithToken(Tokens.Named(name, roles));

    /// <summary>The request body of a draft with one text in English.</summary>
    public static object Draft(string text, string section = Strict)
    {
        var en = new { title = "Summit", body = $"<p>{text}</p>", slug = $"s-{Guid.CreateVersion7():N}" };
        return new { section, translations = new { en } };
    }

    /// <summary>Creates a draft and returns its id.</summary>
    public static async Task<Guid> Writes(HttpClient person, string section = Strict)
    {
        var id = Some.Id();
        (await person.Send($"PUT /api/articles/{id}", Draft("First", section))).Is(HttpStatusCode.Created);
        return id;
    }

    /// <summary>Performs an action on any version of an article.</summary>
    public static Task<Answer> Does(HttpClient person, Guid article, string action, object? body = null) =>
        person.Send($"POST /api/articles/{article}/{action}", body, "*");

    protected override async Task Prepare()
    {
        (Ann, Eve, Ben, Pia) = (As("ann", "editor"), As("eve", "editor"), As("ben", "author"), As("pia", "publisher"));
        (await Ann.Send($"PUT /api/sections/{Strict}", new { order = 3, names = Editor.Names }, "*")).Is(HttpStatusCode.Created);
        (await Pia.Send($"PUT /api/sections/{Strict}/four-eyes", new { required = true })).Is(HttpStatusCode.NoContent);
    }
}
