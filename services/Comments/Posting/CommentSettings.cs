namespace Comments.Posting;

/// <summary>The settings of the comments service: <c>Comments:EditMinutes</c> and so on.</summary>
public sealed record CommentSettings
{
    /// <summary>How many minutes after posting the author can change or delete a comment.</summary>
    public int EditMinutes { get; init; } = 15;
    /// <summary>A comment with more links than this is held for moderators. Null: no limit.</summary>
    public int? Links { get; init; } = 2;
    /// <summary>How often in an hour a client may post the same text before it is held for moderators (0: no limit).</summary>
    public int Repeats { get; init; } = 3;
    /// <summary>How many comments a minute each replica accepts for one article (0: no limit).</summary>
    public int PerThread { get; init; } = 300;

    /// <summary>How many e-mails about replies are sent to one address in 24 hours. Further ones are dropped.</summary>
    public int EmailsPerDay { get; init; } = 20;
    /// <summary>How many confirmation requests are sent to one address in 24 hours. Further ones are dropped.</summary>
    public int ConfirmationsPerDay { get; init; } = 3;

    internal TimeSpan EditWindow => TimeSpan.FromMinutes(EditMinutes);
}
