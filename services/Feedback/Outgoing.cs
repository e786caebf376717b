using System.Text.Json;
using Feedback.Typos;
using Platform.EventSourcing;
using Public = Platform.Contracts.Feedback;

namespace Feedback;

/// <summary>
/// Translates stored events into the public events of this service: the outcome of typo reports. Nothing about their reporters is
/// published, and nothing about messages.
/// </summary>
public static class Outgoing
{
    /// <summary>The message which announces, after a restore, that all public events were published again.</summary>
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
                CamelCase(a.Part),
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
            CamelCase(c.Outcome),
            c.ArticleVersion),
        _ => null,
    });

    private static string CamelCase<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName($"{value}");
}
