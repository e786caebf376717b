using System.Text;
using Articles.Reading;
using Articles.Search;
using Kit;
using Marten;
using Platform.EventSourcing;
using Xunit;

namespace Unit.Articles;

public sealed class DocumentCacheTests : IDisposable
{
    private const int MaxBytes = 100_000;

    private readonly DocumentCache _cache = new(Serializer(), MaxBytes);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void A_document_is_parsed_once_per_version()
    {
        var first = Parse("version 1", "news");
        Assert.Equal("news", first.Section);
        Assert.Same(first, Parse("version 1", "news"));
        Assert.Equal("analytics", Parse("version 2", "analytics").Section);
    }

    [Fact]
    public void The_documents_of_the_last_result_of_a_query_need_not_be_sent_again()
    {
        Assert.Empty(_cache.Of("newest").Versions);
        var (one, two) = (Parse("version 1", "news"), Parse("version 2", "news"));
        _cache.Of("newest").Remember(["version 1", "version 2", "version 3"]);
        _cache.Of("featured").Remember(["version 2"]);
        // Version 3 is not held.
        Assert.Equal(["version 1", "version 2"], _cache.Of("newest").Versions);
        Assert.Equal(("version 1", one), _cache.Of("newest").First<ArticleSummary>());
        Assert.Equal(("version 2", two), _cache.Of("featured").First<ArticleSummary>());
        Assert.Equal(("", null), _cache.Of("newest").First<ArticlePage>());
        _cache.Of("newest").Remember([]);
        Assert.Empty(_cache.Of("newest").Versions);
    }

    [Fact]
    public async Task The_memory_of_large_documents_is_limited_and_new_documents_replace_old_ones()
    {
        const int Characters = 5_000;
        for (var i = 0; i < 200; i++)
        {
            var section = $"{i}".PadLeft(Characters, 'x');
            Assert.Equal(section, Parse($"version {i}", section).Section);
            Assert.InRange(_cache.Count, 0, MaxBytes / (2 * Characters));
        }
        await Eventually.IsTrue(
            () => Task.FromResult(ReferenceEquals(Parse("the newest", "news"), Parse("the newest", "news"))), "new documents are held");
    }

    [Fact]
    public void A_document_that_is_larger_than_the_limit_is_not_held()
    {
        var section = new string('x', MaxBytes);
        Assert.Equal(section, Parse("version 1", section).Section);
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public void The_number_of_entries_is_limited()
    {
        for (var i = 0; i < 2_000; i++) _cache.Of($"query {i}").Remember([$"version {i}"]);
        Assert.InRange(_cache.Count, 1, MaxBytes / DocumentCache.Overhead);
    }

    private ArticleSummary Parse(string version, string section)
    {
        using var json = new MemoryStream(Encoding.UTF8.GetBytes($$"""{"id":"article-1","section":"{{section}}"}"""));
        return _cache.Parse<ArticleSummary>(version, json);
    }

    private static ISerializer Serializer()
    {
        var options = new StoreOptions();
        options.UseStoredJson();
        return options.Serializer();
    }
}
