using System.Text;

namespace Articles.Search;

/// <summary>
/// Replaces characters by those that readers type for them: lower case, е for ё, Latin letters without diacritics, and simplified Chinese
/// characters. One character becomes exactly one character, so positions in a text do not change.
/// </summary>
internal static class CharacterFolding
{
    private const string TableName = "Articles.Search.TraditionalCharacters.txt";
    private static readonly char[] Folded = Table();

    public static string Fold(string text) => string.Create(text.Length, text, static (folded, typed) =>
    {
        for (var i = 0; i < typed.Length; i++) folded[i] = Folded[typed[i]];
    });

    private static char[] Table()
    {
        var table = new char[char.MaxValue + 1];
        for (var i = 0; i < table.Length; i++) table[i] = WithoutDiacritics(char.ToLowerInvariant((char)i));
        (table['ё'], table['Ё']) = ('е', 'е');
        using var characters = new StreamReader(typeof(CharacterFolding).Assembly.GetManifestResourceStream(TableName)!);
        while (characters.ReadLine() is { } line)
            for (var i = 0; !line.StartsWith('#') && i + 1 < line.Length; i += 2) table[line[i]] = line[i + 1];
        // The simplified form of a few characters is the traditional form of another one.
        for (var i = 0; i < table.Length; i++) table[i] = table[table[i]];
        return table;
    }

    /// <summary>The basic letter of a Latin letter. Letters of other scripts stay, because й and и are different letters.</summary>
    private static char WithoutDiacritics(char c) =>
        c is (>= '\u00C0' and <= '\u024F') or (>= '\u1E00' and <= '\u1EFF')
        && c.ToString().Normalize(NormalizationForm.FormD)[0] is >= 'a' and <= 'z' and var letter
            ? letter
            : c;
}
