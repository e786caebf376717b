using System.Security.Cryptography;
using System.Text;

namespace Comments;

/// <summary>
/// Why moderators should see a text before others do: too many links, a listed word, the same words again from the same client. Looks at nothing but memory: what was posted lately is
/// counted in each replica, by hash, and forgotten with the hour.
/// </summary>
public sealed class Suspicion(CommentSettings settings, WordList words, TimeProvider clock)
{
    /// <summary>Shorter texts are said twice by honest people.</summary>
    private const int Telling = 20;
    private readonly Tally _texts = new(TimeSpan.FromHours(1), clock), _threads = new(TimeSpan.FromMinutes(1), clock);

    /// <summary>The reason; null where there is none.</summary>
    public string? Of(string text) =>
        settings.Links is { } most && CommentText.Links(text) > most ? $"more than {most} links" : words.Found(text) is { } language ? $"a word of the list ({language})" : null;

    /// <summary>The same, of a text that somebody posts now.</summary>
    public string? Of(string text, string client) =>
        Of(text) ?? (settings.Repeats > 0 && text.Length >= Telling && _texts.Add($"{client}\n{text.ToLowerInvariant()}") > settings.Repeats ? "the same text again" : null);

    /// <summary>Whether a discussion is written to more often than a discussion is.</summary>
    public bool IsFlooded(Guid article) => settings.PerThread > 0 && _threads.Add($"{article}") > settings.PerThread;

    /// <summary>How often something was there in a span of time, roughly: it begins anew with each span, and when it grows too large.</summary>
    private sealed class Tally(TimeSpan span, TimeProvider clock)
    {
        private const int Most = 100_000;
        private readonly Dictionary<long, int> _counts = [];
        private readonly Lock _counting = new();
        private DateTimeOffset _since;

        public int Add(string what)
        {
            var key = BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(what)));
            lock (_counting)
            {
                var now = clock.GetUtcNow();
                if (now - _since > span || _counts.Count >= Most)
                {
                    _counts.Clear();
                    _since = now;
                }
                return _counts[key] = _counts.GetValueOrDefault(key) + 1;
            }
        }
    }
}

/// <summary>
/// Words for which a comment is held, by language: <c>Comments:Words:en:0</c> and so on, in the place of our own few. Compared whole and without regard to case or to letters that only look
/// otherwise; in Chinese, which does not part words, wherever they stand.
/// </summary>
public sealed class WordList(IConfiguration configuration)
{
    private static readonly Dictionary<string, string[]> Ours = new()
    {
        ["en"] = ["viagra", "casino", "jackpot", "porn"],
        ["ru"] = ["виагра", "казино", "порно", "лохотрон"],
        ["zh"] = ["博彩", "赌场", "代开发票", "裸聊"],
    };

    private readonly (string Language, HashSet<string> Words)[] _lists =
        [.. Ours.Select(l => (l.Key, (configuration.GetSection($"Comments:Words:{l.Key}").Get<string[]>() ?? l.Value).Select(Plain).ToHashSet(StringComparer.Ordinal)))];

    /// <summary>The language of the first list that has a word of the text.</summary>
    public string? Found(string text)
    {
        var plain = Plain(text);
        var found = new HashSet<string>(plain.Split([.. plain.Where(c => !char.IsLetterOrDigit(c)).Distinct()], StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
        foreach (var (language, words) in _lists)
            if (language == "zh" ? words.Any(w => plain.Contains(w, StringComparison.Ordinal)) : words.Overlaps(found)) return language;
        return null;
    }

    private static string Plain(string text) => text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
}
