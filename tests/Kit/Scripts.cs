using System.Text.RegularExpressions;

namespace Kit;

/// <summary>Recognises texts in the wrong language of the site by their script: Latin, Cyrillic or Chinese.</summary>
public static partial class Scripts
{
    /// <summary>Matches letters that do not occur in texts of this language.</summary>
    public static Regex ForeignTo(string lang) => lang switch { "en" => CyrillicOrHan(), "ru" => LatinOrHan(), _ => LatinOrCyrillic() };

    [GeneratedRegex(@"[\p{IsCyrillic}\u4e00-\u9fff]")]
    private static partial Regex CyrillicOrHan();

    [GeneratedRegex(@"[A-Za-z\u4e00-\u9fff]")]
    private static partial Regex LatinOrHan();

    [GeneratedRegex(@"[A-Za-z\p{IsCyrillic}]")]
    private static partial Regex LatinOrCyrillic();
}
