using System.Security.Cryptography;
using System.Text;
using Platform.Hosting;

namespace Comments;

/// <summary>
/// Why moderators should see a text before others do: too many links, a listed word, the same words again from the same client. Looks at
/// nothing but memory: what was posted lately is counted in each replica, by hash, and forgotten with the hour.
/// </summary>
public sealed class Suspicion(CommentSettings settings, WordList words, TimeProvider clock)
{
    /// <summary>Shorter texts are said twice by honest people.</summary>
    private const int Telling = 20;
    private const int MostRefused = 10_000;
    private readonly Dictionary<string, (string Ban, DateTimeOffset At)> _refused = [];
    private readonly Tally _texts = new(TimeSpan.FromHours(1), clock), _threads = new(TimeSpan.FromMinutes(1), clock);

    /// <summary>The reason; null where there is none.</summary>
    public string? Of(string text) =>
        settings.Links is { } most && CommentText.Links(text) > most
            ? $"more than {most} links"
            : words.Found(text) is { } language ? $"a word of the list ({language})" : null;

    /// <summary>The same, of a text that somebody posts now.</summary>
    public string? Of(string text, string client) =>
        Of(text) ?? (settings.Repeats > 0 && text.Length >= Telling && _texts.Count(Repeated(text, client)) >= settings.Repeats
            ? "the same text again" : null);

    /// <summary>Whether a discussion is written to more often than a discussion is.</summary>
    public bool IsFlooded(Guid article) => settings.PerThread > 0 && _threads.Count($"{article}") >= settings.PerThread;

    /// <summary>Counts a comment that was stored. Refused ones do not count: they would let anybody close a discussion.</summary>
    public void Stored(Guid article, string text, string client)
    {
        _threads.Add($"{article}");
        if (text.Length >= Telling) _texts.Add(Repeated(text, client));
    }

    /// <summary>Remembers that a banned person tried to post from there; in memory, for a day.</summary>
    public void Refused(string client, string ban)
    {
        lock (_refused)
        {
            if (_refused.Count >= MostRefused) _refused.Clear();
            _refused[client] = (ban, clock.GetUtcNow());
        }
    }

    /// <summary>The ban because of which somebody was refused from there today.</summary>
    public string? RefusedLately(string client)
    {
        var yesterday = clock.GetUtcNow().AddDays(-1);
        lock (_refused) return _refused.TryGetValue(client, out var refused) && refused.At > yesterday ? refused.Ban : null;
    }

    private static string Repeated(string text, string client) => $"{client}\n{text.ToLowerInvariant()}";

    /// <summary>
    /// How often something was there in a span of time, roughly: it begins anew with each span, and when it grows too large.
    /// </summary>
    private sealed class Tally(TimeSpan span, TimeProvider clock)
    {
        private const int Most = 100_000;
        private readonly Dictionary<long, int> _counts = [];
        private readonly Lock _counting = new();
        private DateTimeOffset _since;

        public int Count(string what)
        {
            var key = Key(what);
            lock (_counting)
            {
                Forget();
                return _counts.GetValueOrDefault(key);
            }
        }

        public void Add(string what)
        {
            var key = Key(what);
            lock (_counting)
            {
                Forget();
                _counts[key] = _counts.GetValueOrDefault(key) + 1;
            }
        }

        private static long Key(string what) => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(what)));

        private void Forget()
        {
            var now = clock.GetUtcNow();
            if (now - _since <= span && _counts.Count < Most) return;
            _counts.Clear();
            _since = now;
        }
    }
}

/// <summary>
/// Words for which a comment is held, by language: <c>Comments:Words:en:0</c> and so on, in the place of our own few. Compared whole and
/// without regard to case or to letters that only look otherwise; in Chinese, which does not part words, wherever they stand.
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
        [
            .. Ours.Select(
                l =>
                    (
                        l.Key,
                        (configuration.GetSection($"Comments:Words:{l.Key}").Get<string[]>() ?? l.Value).Select(Plain)
                            .ToHashSet(StringComparer.Ordinal))),
        ];

    /// <summary>The language of the first list that has a word of the text.</summary>
    public string? Found(string text)
    {
        var plain = Plain(text);
        var found = new HashSet<string>(
            plain.Split([.. plain.Where(c => !char.IsLetterOrDigit(c)).Distinct()], StringSplitOptions.RemoveEmptyEntries),
            StringComparer.Ordinal);
        foreach (var (language, words) in _lists)
            if (language == "zh" ? words.Any(w => plain.Contains(w, StringComparison.Ordinal)) : words.Overlaps(found)) return language;
        return null;
    }

    // Normalizing throws at U+FFFE and at half a character.
    private static string Plain(string text) => XmlSafe.Text(text).Normalize(NormalizationForm.FormKC).ToLowerInvariant();
}
