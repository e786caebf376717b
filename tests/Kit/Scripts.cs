using System.Text.RegularExpressions;

namespace Kit;

/// <summary>Letters by which a text is seen to be in another of the site's languages.</summary>
public static partial class Scripts
{
    /// <summary>Matches what has no place in a text of this language.</summary>
    public static Regex ForeignTo(string lang) => lang switch { "en" => CyrillicOrHan(), "ru" => LatinOrHan(), _ => LatinOrCyrillic() };

    [GeneratedRegex(@"[\p{IsCyrillic}\u4e00-\u9fff]")]
    private static partial Regex CyrillicOrHan();

    [GeneratedRegex(@"[A-Za-z\u4e00-\u9fff]")]
    private static partial Regex LatinOrHan();

    [GeneratedRegex(@"[A-Za-z\p{IsCyrillic}]")]
    private static partial Regex LatinOrCyrillic();
}
