namespace Portal.Console.Media;

/// <summary>A picture of the media library, as the articles service returns it.</summary>
public sealed record Picture(
    Guid Id,
    string Name,
    string Address,
    string Url,
    string Type,
    long Bytes,
    int Width,
    int Height,
    DateTimeOffset UploadedAt,
    IReadOnlyDictionary<string, string> Alt,
    IReadOnlyDictionary<string, string> Caption,
    double FocalX,
    double FocalY,
    string State,
    int Made,
    int Planned,
    string? Credit = null,
    string? Licence = null)
{
    public bool IsPending => State == "pending";
}

/// <summary>The articles that use a picture: their number, and some or all of them.</summary>
public sealed record PictureUsage(int Articles, IReadOnlyList<PictureUser> Items);

/// <summary>An article that uses a picture. If only its draft does, <c>Published</c> is false.</summary>
public sealed record PictureUser(
    Guid Id,
    string Lang,
    string Title,
    bool Published);

/// <summary>The form with which an editor describes a picture.</summary>
public sealed class PictureForm
{
    public Dictionary<string, string> Alt { get; } = Languages.All.ToDictionary(l => l, _ => "");
    public Dictionary<string, string> Caption { get; } = Languages.All.ToDictionary(l => l, _ => "");
    public string Credit { get; set; } = "";
    public string Licence { get; set; } = "";
    /// <summary>The focal point in percent.</summary>
    public int FocalX { get; set; } = 50;
    public int FocalY { get; set; } = 50;

    public static PictureForm Of(Picture picture)
    {
        var form = new PictureForm
        {
            Credit = picture.Credit ?? "",
            Licence = picture.Licence ?? "",
            FocalX = Percent(picture.FocalX),
            FocalY = Percent(picture.FocalY),
        };
        foreach (var lang in Languages.All)
        {
            form.Alt[lang] = picture.Alt.GetValueOrDefault(lang, "");
            form.Caption[lang] = picture.Caption.GetValueOrDefault(lang, "");
        }
        return form;
    }

    /// <summary>The body of the request. Empty texts are omitted.</summary>
    public object ToRequest() => new
    {
        alt = Filled(Alt),
        caption = Filled(Caption),
        credit = Credit.Trim().Length == 0 ? null : Credit,
        licence = Licence.Trim().Length == 0 ? null : Licence,
        focalX = FocalX / 100.0,
        focalY = FocalY / 100.0,
    };

    private static Dictionary<string, string> Filled(Dictionary<string, string> texts) =>
        texts.Where(t => t.Value.Trim().Length > 0).ToDictionary(t => t.Key, t => t.Value);

    private static int Percent(double share) => (int)Math.Round(100 * share, MidpointRounding.AwayFromZero);
}
