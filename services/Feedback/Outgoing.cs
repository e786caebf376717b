using System.Text.Json;
using Platform.EventSourcing;
using Public = Platform.Contracts.Feedback;

namespace Feedback;

/// <summary>
/// What this service makes public: what became of a place in an article. Nothing of its reporters, and nothing at all of a message.
/// </summary>
public static class Outgoing
{
    /// <summary>After a restore: all of it was published again.</summary>
    public static readonly Retold Retold = (epoch, at) => new Public.TypoReportsRetold(epoch, at);

    public static readonly Translate Translate = Outbox.Each(e => e.Data switch
    {
        TypoAccepted a =>
            new Public.TypoReportAccepted(
                e.Id,
                e.StreamKey!,
                e.Version,
                e.Timestamp,
                Streams.Id(e.StreamKey!),
                a.ArticleId,
                a.ArticleVersion,
                a.Lang,
                Word(a.Part),
                a.Before,
                a.Selection,
                a.After,
                a.Replacement,
                a.Note),
        TypoClosed c => new Public.TypoReportClosed(
            e.Id,
            e.StreamKey!,
            e.Version,
            e.Timestamp,
            Streams.Id(e.StreamKey!),
            c.ArticleId,
            Word(c.Outcome),
            c.ArticleVersion),
        _ => null,
    });

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName($"{value}");
}
