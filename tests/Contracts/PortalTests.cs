using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Kit;
using Microsoft.AspNetCore.Components;
using Portal.Console.Editing;
using Portal.Console.Machine;
using Portal.Console.Media;
using Xunit;
using Messages = Portal.Console.Feedback;
using Moderation = Portal.Console.Moderation;
using Reader = Portal.Reader;

namespace Contracts;

/// <summary>
/// Compares the records into which the portal reads responses with the OpenAPI documents of the services. A property that the portal needs
/// must be in the schema of every operation that it reads the record from.
/// </summary>
public partial class PortalTests
{
    private static readonly Assembly Code = typeof(Reader.ArticleView).Assembly;

    /// <summary>What the portal reads from which operation. <c>{service}</c> stands for each service with an event store.</summary>
    private static readonly (string Operation, Type Record)[] Reads =
    [
        ("GET /api/sections", AllOf<Reader.SectionItem>()),
        ("GET /api/articles", ListOf<Reader.ArticleItem>()),
        ("GET /api/articles", typeof(Reader.SearchResults)),
        ("GET /api/search/facets", typeof(Reader.FacetsView)),
        ("GET /api/articles", ListOf<EditorsItem>()),
        ("GET /api/articles/{id}", typeof(Reader.ArticleView)),
        ("GET /api/articles/{id}/print", typeof(Reader.PrintView)),
        ("GET /api/articles/{id}/metadata", typeof(Reader.MetadataView)),
        ("GET /api/articles/{id}/comments", ListOf<Reader.CommentItem>()),
        ("POST /api/articles/{id}/comments", typeof(Reader.CommentReceipt)),
        ("GET /api/articles/{id}/draft", typeof(DraftView)),
        ("GET /api/articles/{id}/history", ListOf<HistoryItem>()),
        ("GET /api/articles/{id}/diff", typeof(DiffView)),
        ("POST /api/articles/preview", typeof(PreviewView)),
        ("GET /api/media", ListOf<Picture>()),
        ("GET /api/media/{id}", typeof(Picture)),
        ("GET /api/media/{id}/usage", typeof(PictureUsage)),
        ("GET /api/articles/{id}/notes", AllOf<DraftNote>()),
        ("PUT /api/articles/{id}/presence/{session}", typeof(PresenceView)),
        ("GET /api/archive", AllOf<Reader.ArchiveItem>()),
        ("GET /api/featured", AllOf<Reader.ArticleItem>()),
        ("GET /api/featured", typeof(FeaturedView)),
        ("GET /api/most-discussed", AllOf<Reader.ArticleItem>()),
        ("GET /api/most-read", AllOf<Reader.ArticleItem>()),
        ("GET /api/links", AllOf<Reader.LinkItem>()),
        ("GET /api/comments/{id}", typeof(Reader.CommentPlace)),
        ("GET /api/comments/{id}", typeof(Moderation.CommentPlace)),
        ("GET /api/comments/{id}/replies", ListOf<Reader.CommentItem>()),
        ("GET /api/moderation/comments", ListOf<Moderation.ModerationItem>()),
        ("GET /api/moderation/comments/{id}", typeof(Moderation.CommentHistory)),
        ("POST /api/moderation/comments/bulk", AllOf<Moderation.BulkItem>()),
        ("GET /api/moderation/flags", AllOf<Moderation.FlaggedItem>()),
        ("GET /api/moderation/bans", AllOf<Moderation.BanItem>()),
        ("GET /api/moderation/policies", AllOf<Moderation.PolicyItem>()),
        ("GET /api/rates", typeof(Reader.RatesView)),
        ("GET /api/rates/{code}/history", typeof(Reader.HistoryView)),
        ("GET /api/rates/trends", AllOf<Reader.TrendItem>()),
        ("GET /api/rates/convert", typeof(Reader.Conversion)),
        ("GET /api/states", typeof(Reader.StatesView)),
        ("GET /api/feedback/limits", typeof(Reader.FeedbackLimits)),
        ("POST /api/feedback/messages", typeof(Reader.TicketReceipt)),
        ("GET /api/feedback/messages", ListOf<Messages.TicketItem>()),
        ("GET /api/feedback/messages/{id}", typeof(Messages.TicketItem)),
        ("GET /api/feedback/tickets/{id}", typeof(Reader.TicketView)),
        ("GET /api/feedback/typos", ListOf<Messages.TypoItem>()),
        ("GET /api/feedback/typos/{id}", typeof(Messages.TypoItem)),
        ("GET /status", typeof(PlatformView)),
        ("GET /admin/{service}/consumers", AllOf<ConsumerView>()),
        ("GET /admin/{service}/epochs", ListOf<EpochView>()),
        ("GET /admin/{service}/events", ListOf<EventView>()),
        ("GET /admin/{service}/streams/{stream}", ListOf<EventView>()),
        ("GET /admin/{service}/streams/{stream}/state", typeof(StreamView)),
        ("GET /admin/{service}/failures", AllOf<FailureView>()),
        ("POST /admin/{service}/failures/{group}/retry", typeof(ReplayView)),
        ("POST /admin/{service}/failures/{group}/discard", typeof(ReplayView)),
        ("GET /admin/{service}/replays", ListOf<ReplayView>()),
        ("POST /admin/{service}/replays", typeof(ReplayView)),
        ("GET /admin/{service}/replays/{id}", typeof(ReplayView)),
        ("DELETE /admin/{service}/replays/{id}", typeof(ReplayView)),
    ];

    public static TheoryData<string, string> Operations { get; } =
    [
        .. from read in Reads
           from service in read.Operation.Contains("{service}", StringComparison.Ordinal) ? Repository.Services : [""]
           select (read.Operation.Replace("{service}", Repository.Kebab(service), StringComparison.Ordinal), read.Record.ToString()),
    ];

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task The_schema_of_a_response_has_every_property_that_the_portal_needs(string operation, string record)
    {
        var (document, response) = await Response(operation);
        var type = Reads.First(r => r.Record.ToString() == record).Record;
        Assert.Empty(new ResponseSchema(document).Lacks(type, response["schema"]));
        Assert.NotNull(response["example"].Deserialize(type, JsonSerializerOptions.Web));
    }

    [Fact]
    public void The_table_contains_every_record_that_the_portal_reads()
    {
        var read = GenericCalls().Where(m => m.Module == Code.ManifestModule && m.DeclaringType != typeof(UnsavedText))
            .SelectMany(m => m.GetGenericArguments())
            .Select(Item)
            .Where(t => t.Assembly == Code && !t.IsAssignableTo(typeof(IComponent)));
        var table = Reads.Select(r => Item(r.Record)).Distinct().ToArray();
        Assert.InRange(table.Length, 30, 300);
        Assert.Equal(table.Select(t => t.FullName).Order(), read.Select(t => t.FullName).Distinct().Order());
    }

    private static Type ListOf<T>() => typeof(Reader.Listed<T>);

    private static Type AllOf<T>() => typeof(Whole<T>);

    private static Type Item(Type type) => type.IsGenericType ? type.GenericTypeArguments[0] : type;

    /// <summary>
    /// The generic methods that the code of the portal calls, with their type arguments. Calls whose arguments are type parameters of the
    /// caller are left out, because the caller is itself such a method.
    /// </summary>
    private static IEnumerable<MethodBase> GenericCalls()
    {
        const int MethodSpecs = 0x2B000000; // the table of instantiated generic methods (ECMA-335 II.22.29)
        for (var row = 1; ; row++)
        {
            MethodBase? method = null;
            try { method = Code.ManifestModule.ResolveMethod(MethodSpecs + row); }
            catch (ArgumentOutOfRangeException) { yield break; }
            catch (ArgumentException) { continue; } // its arguments are type parameters
            if (method is not null) yield return method;
        }
    }

    /// <summary>The OpenAPI document that describes the operation, and the JSON of its successful response.</summary>
    private static async Task<(JsonNode Document, JsonNode Response)> Response(string operation)
    {
        var (method, path) = (operation.Split(' ')[0].ToLowerInvariant(), operation.Split(' ')[1]);
        foreach (var name in Repository.Services.Append("Gateway"))
        {
            var document = await UnstartedService.Of(name).ApiDocument;
            var responses = document["paths"]!.AsObject()
                .Where(p => Parameter().Replace(p.Key, "{}") == Parameter().Replace(path, "{}"))
                .Select(p => p.Value![method]?["responses"]?.AsObject())
                .FirstOrDefault(r => r is not null);
            var successful = responses?.Where(r => r.Key[0] == '2').Select(r => r.Value!["content"]?["application/json"]) ?? [];
            if (successful.FirstOrDefault(r => r is not null) is { } response) return (document, response);
        }
        throw new InvalidOperationException($"No OpenAPI document describes a JSON response of {operation}.");
    }

    /// <summary>A list that is not paged, so that the portal needs no <c>next</c>.</summary>
    private sealed record Whole<T>(IReadOnlyList<T>? Items);

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
