using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Articles.Publishing;
using Kit;
using Marten;
using Platform.EventSourcing;
using Platform.PublicInput;
using Platform.Replays;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

/// <summary>Old replicas run beside new ones, so they must preserve the properties of documents that they do not know.</summary>
public partial class StoredTests
{
    private static readonly ISerializer Store = Serializer();

    private static readonly Assembly[] Assemblies =
    [
        typeof(Article).Assembly, typeof(global::Comments.Posting.Comment).Assembly, typeof(global::CurrencyRates.Sheets.Rate).Assembly,
        typeof(global::Feedback.Messages.Topic).Assembly, typeof(Stored).Assembly, typeof(Replay).Assembly, typeof(SigningKey).Assembly,
    ];

    [Fact]
    public void Properties_of_a_newer_version_survive_a_change_by_an_older_one()
    {
        const string written =
            """
            {
              "id": "article-1",
              "draft": {
                "section": "news", "tags": [],
                "texts": { "en": { "title": "T", "lead": "L", "slug": "s", "bodyHtml": "", "subtitle": "S" } },
                "cover": { "url": "u", "alt": {}, "crop": [1, 2] }, "priority": 3
              },
              "corrections": [], "publicSlugs": {}, "embargo": { "until": "noon" }
            }
            """;
        var changed = Read<Article>(written).Evolve(new ArticleScheduled(Some.Noon));
        var stored = JsonNode.Parse(Store.ToJson(changed))!;
        Assert.Equal("noon", (string?)stored["embargo"]!["until"]);
        Assert.Equal(3, (int?)stored["draft"]!["priority"]);
        Assert.Equal("S", (string?)stored["draft"]!["texts"]!["en"]!["subtitle"]);
        Assert.Equal(2, stored["draft"]!["cover"]!["crop"]!.AsArray().Count);
        Assert.NotNull(stored["scheduledFor"]);
    }

    [Fact]
    public void Clients_see_only_the_properties_of_this_version()
    {
        var cover = Read<Cover>("""{"url": "u", "alt": {}, "secret": "of a newer version"}""");
        Assert.Equal("""{"url":"u","alt":{}}""", JsonSerializer.Serialize(cover, Json.Http));
        Assert.Equal(new Cover("u", cover.Alt), cover);
    }

    [Fact]
    public void Every_stored_document_and_every_part_of_it_keeps_unknown_properties()
    {
        var code = Repository.Sources("services").Concat(Repository.Sources("libraries")).Select(file => Repository.Read(file)).ToArray();
        var names = code.SelectMany(text => Document().Matches(text)).Select(m => m.Groups[1].Value).Where(n => n.Length > 1).ToHashSet();
        var types = Assemblies.SelectMany(a => a.GetTypes()).ToArray();
        var documents = names.SelectMany(n => types.Where(t => t.Name == n)).ToArray();
        Assert.InRange(documents.Length, 25, 200);
        var parts = new HashSet<Type>();
        foreach (var document in documents) Collect(document, parts);
        Assert.Empty(
            parts.Where(t => !t.IsAssignableTo(typeof(Stored))).Select(t => $"{t.FullName} is stored, so it must derive from Stored"));
    }

    private static void Collect(Type type, HashSet<Type> parts)
    {
        foreach (var argument in type.GenericTypeArguments) Collect(argument, parts);
        if (type.IsEnum || !Assemblies.Contains(type.Assembly) || !parts.Add(type)) return;
        foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public)) Collect(property.PropertyType, parts);
    }

    private static T Read<T>(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        return Store.FromJson<T>(stream);
    }

    private static ISerializer Serializer()
    {
        var options = new StoreOptions();
        options.UseStoredJson();
        return options.Serializer();
    }

    [GeneratedRegex(@"(?:Snapshot|Schema\.For|RegisterDocumentType|SingleStreamProjection|LoadAsync|LoadManyAsync)<(\w+)")]
    private static partial Regex Document();
}
