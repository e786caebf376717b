namespace Portal.Console.Desks;

/// <summary>
/// Explains a rejected field in the language of the console: the text key of the field's label, the rule that the value violates, and the
/// language of the field if it has one.
/// </summary>
public sealed record Explanation(string Label, string Rule, string? Lang = null)
{
    /// <summary>
    /// Maps a field name as services report it, such as <c>translations.en.title</c>, <c>Cover.Alt</c> or <c>$.tags[0]</c>.
    /// </summary>
    public static Explanation Of(string field)
    {
        var path = field
            .Replace("$", "", StringComparison.Ordinal)
            .Replace('[', '.')
            .Replace("]", "", StringComparison.Ordinal)
            .ToLowerInvariant();
        return path.Split('.', StringSplitOptions.RemoveEmptyEntries) switch
        {
            ["translations"] => new("Translations", "translations"),
            ["translations", var lang, "title", ..] => new("Title", "title", lang),
            ["translations", var lang, "lead", ..] => new("Lead", "lead", lang),
            ["translations", var lang, "body", ..] => new("Body", "body", lang),
            ["translations", var lang, "slug", ..] => new("Slug", "slug", lang),
            ["translations", var lang, "madefrom", ..] => new("Translations", "madeFrom", lang),
            ["translations", var lang, ..] => new("Translations", "characters", lang),
            ["cover", "alt"] => new("CoverAlt", "coverAlt"),
            ["cover", "alt", var lang, ..] => new("CoverAlt", "coverAlt", lang),
            ["cover", ..] => new("CoverUrl", "coverUrl"),
            ["picture", ..] => new("Picture", "picture"),
            ["alt", var lang, ..] => new("AltText", "pictureText", lang),
            ["caption", var lang, ..] => new("CaptionText", "pictureText", lang),
            ["credit", ..] => new("Credit", "upTo200"),
            ["licence", ..] => new("Licence", "upTo200"),
            ["name", ..] => new("PictureName", "upTo200"),
            ["section", ..] => new("Section", "section"),
            ["tags", ..] => new("Tags", "tags"),
            ["occurredon", ..] => new("OccurredOn", "date"),
            ["author", ..] => new("Author", "upTo200"),
            ["person", ..] => new("Assignee", "upTo200"),
            ["source", ..] => new("Source", "upTo200"),
            ["related", ..] => new("Field.related", "related"),
            ["correction", ..] => new("CorrectionNote", "upTo500"),
            ["note", ..] => new("Field.note", "words"),
            ["reason", ..] => new("Field.reason", "words"),
            ["at", ..] => new("Field.at", "future"),
            ["replacement", ..] => new("Replacement", "replacement"),
            ["text", ..] => new("YourAnswer", "answer"),
            ["closedafterdays", ..] => new("ClosedAfterDays", "days"),
            ["mode", ..] => new("Mode", "choice"),
            ["q", ..] => new("WordsOfTitle", "search"),
            _ => new("Field.other", "other"),
        };
    }
}
