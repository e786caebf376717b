namespace Comments;

/// <summary>What operators may set, as <c>Comments:EditMinutes</c> and so on.</summary>
public sealed record CommentSettings
{
    /// <summary>For so long a comment can be changed or deleted by whoever wrote it.</summary>
    public int EditMinutes { get; init; } = 15;
    /// <summary>A comment with more links is seen by moderators first; null: with any number of links it is shown.</summary>
    public int? Links { get; init; } = 2;
    /// <summary>So often in an hour one client may say the same before it is held (0: as often as they like).</summary>
    public int Repeats { get; init; } = 3;
    /// <summary>So many comments in a minute one discussion takes from each replica (0: no limit).</summary>
    public int PerThread { get; init; } = 300;

    /// <summary>So many e-mails about answers one address gets in 24 hours; what exceeds that is not sent.</summary>
    public int EmailsPerDay { get; init; } = 20;
    /// <summary>So many e-mails that ask to confirm it one address gets in 24 hours; what exceeds that is not sent.</summary>
    public int ConfirmationsPerDay { get; init; } = 3;

    internal TimeSpan EditWindow => TimeSpan.FromMinutes(EditMinutes);
}
