using System.Security.Cryptography;
using System.Text;
using Platform.Web;

namespace Comments.Posting;

/// <summary>
/// Decides whether a text looks like spam and should be held for moderators: too many links, a listed word, or the same text again from the
/// same client. It uses only memory: each replica counts hashes of what was posted, and resets the counters after each period.
/// </summary>
public sealed class SpamCheck(CommentSettings settings, WordList words, TimeProvider clock)
{
    /// <summary>Shorter texts are not compared, because many people post them independently.</summary>
    private const int MinRepeatLength = 20;
    private const int MaxBannedClients = 10_000;
    private readonly Dictionary<string, (string Ban, DateTimeOffset At)> _bannedClients = [];
    private readonly WindowCounter _texts = new(TimeSpan.FromHours(1), clock), _threads = new(TimeSpan.FromMinutes(1), clock);

    /// <summary>Why a text should be held; null if it looks harmless.</summary>
    public string? HoldReason(string text) =>
        settings.Links is { } most && CommentText.Links(text) > most
            ? $"more than {most} links"
            : words.FindLanguage(text) is { } language ? $"listed word ({language})" : null;

    /// <summary>Why a new comment of a client should be held; null if it looks harmless.</summary>
    public string? HoldReason(string text, string client) =>
        HoldReason(text)
            ?? (settings.Repeats > 0 && text.Length >= MinRepeatLength && _texts.Count(RepeatKey(text, client)) >= settings.Repeats
                ? "repeated text" : null);

    /// <summary>Whether a discussion receives more comments than are accepted.</summary>
    public bool IsFlooded(Guid article) => settings.PerThread > 0 && _threads.Count($"{article}") >= settings.PerThread;

    /// <summary>
    /// Counts a comment that was stored. Rejected comments are not counted, because otherwise anybody could close a discussion with them.
    /// </summary>
    public void CountPosted(Guid article, string text, string client)
    {
        _threads.Add($"{article}");
        if (text.Length >= MinRepeatLength) _texts.Add(RepeatKey(text, client));
    }

    /// <summary>Remembers in memory, for a day, that a banned person tried to post from a client.</summary>
    public void RememberBan(string client, string ban)
    {
        lock (_bannedClients)
        {
            if (_bannedClients.Count >= MaxBannedClients) _bannedClients.Clear();
            _bannedClients[client] = (ban, clock.GetUtcNow());
        }
    }

    /// <summary>The ban for which a person was rejected from this client within the last day.</summary>
    public string? RecentBan(string client)
    {
        var yesterday = clock.GetUtcNow().AddDays(-1);
        lock (_bannedClients) return _bannedClients.TryGetValue(client, out var recent) && recent.At > yesterday ? recent.Ban : null;
    }

    private static string RepeatKey(string text, string client) => $"{client}\n{text.ToLowerInvariant()}";

    /// <summary>Approximate counts within a time window. The counts are reset after each window, and if there are too many.</summary>
    private sealed class WindowCounter(TimeSpan window, TimeProvider clock)
    {
        private const int MaxCounts = 100_000;
        private readonly Dictionary<long, int> _counts = [];
        private readonly Lock _counting = new();
        private DateTimeOffset _windowStart;

        public int Count(string item)
        {
            var key = Key(item);
            lock (_counting)
            {
                ResetIfDue();
                return _counts.GetValueOrDefault(key);
            }
        }

        public void Add(string item)
        {
            var key = Key(item);
            lock (_counting)
            {
                ResetIfDue();
                _counts[key] = _counts.GetValueOrDefault(key) + 1;
            }
        }

        private static long Key(string item) => BitConverter.ToInt64(SHA256.HashData(Encoding.UTF8.GetBytes(item)));

        private void ResetIfDue()
        {
            var now = clock.GetUtcNow();
            if (now - _windowStart <= window && _counts.Count < MaxCounts) return;
            _counts.Clear();
            _windowStart = now;
        }
    }
}

/// <summary>
/// The words for which a comment is held, by language. <c>Comments:Words:en:0</c> and so on replace the defaults. Words are compared after
/// Unicode compatibility normalisation and without case: whole words, or in Chinese, which does not separate words, any occurrence.
/// </summary>
public sealed class WordList(IConfiguration configuration)
{
    private static readonly Dictionary<string, string[]> Defaults = new()
    {
        ["en"] = ["viagra", "casino", "jackpot", "porn"],
        ["ru"] = ["виагра", "казино", "порно", "лохотрон"],
        ["zh"] = ["博彩", "赌场", "代开发票", "裸聊"],
    };

    private readonly (string Language, HashSet<string> Words)[] _lists =
        [
            .. Defaults.Select(
                l =>
                    (
                        l.Key,
                        (configuration.GetSection($"Comments:Words:{l.Key}").Get<string[]>() ?? l.Value).Select(Normalize)
                            .ToHashSet(StringComparer.Ordinal))),
        ];

    /// <summary>The language of the first list that contains a word of the text; null if none does.</summary>
    public string? FindLanguage(string text)
    {
        var normalized = Normalize(text);
        var textWords = new HashSet<string>(
            normalized.Split([.. normalized.Where(c => !char.IsLetterOrDigit(c)).Distinct()], StringSplitOptions.RemoveEmptyEntries),
            StringComparer.Ordinal);
        foreach (var (language, words) in _lists)
            if (language == "zh" ? words.Any(w => normalized.Contains(w, StringComparison.Ordinal)) : words.Overlaps(textWords))
                return language;
        return null;
    }

    // XmlSafe removes U+FFFE and unpaired surrogates, because string.Normalize throws if it finds them.
    private static string Normalize(string text) => XmlSafe.Text(text).Normalize(NormalizationForm.FormKC).ToLowerInvariant();
}
