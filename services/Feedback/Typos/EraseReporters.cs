namespace Feedback.Typos;

/// <summary>Erases the personal data of some reporters of a typo. The report itself remains.</summary>
public sealed record EraseReporters(IReadOnlyList<Guid> ReportIds, DateTimeOffset Now, string? Reason = null)
{
    public IEnumerable<object> Decide(TypoReport? report)
    {
        if (report?.Reporters.Any(r => r.IsPersonal && ReportIds.Contains(r.ReportId)) == true)
            yield return new TypoReportersErased(ReportIds, Now) { Reason = Reason };
    }
}
