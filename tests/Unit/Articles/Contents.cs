using Articles.Publishing;


namespace Unit.Articles;

/// <summary>Sample contents of articles.</summary>
internal static class Contents
{
    public static readonly Text English = new("Title", "Lead", "title", "<p>Body</p>");
    public static readonly Content Draft = new("news", ["trade"], null, null, null, new Dictionary<string, Text> { ["en"] = English });
    public static readonly Content Other = Draft with { Section = "analytics" };
    public static readonly Content InTwoLanguages = Draft with
    {
        Texts = new Dictionary<string, Text>
        {
            ["en"] = English,
            ["ru"] = new("Заголовок", "Начало", "zagolovok", "<p>Текст</p>"),
        },
    };
}
