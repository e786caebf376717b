namespace Comments;

/// <summary>What operators may set, as <c>Comments:EditMinutes</c> and so on.</summary>
public sealed record CommentSettings
{
    /// <summary>For so long a comment can be changed or deleted by whoever wrote it.</summary>
    public int EditMinutes { get; init; } = 15;

    internal TimeSpan EditWindow => TimeSpan.FromMinutes(EditMinutes);
}
