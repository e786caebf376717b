namespace Platform.Web;

/// <summary>
/// The result for one item of an import. <c>line</c>: its line in a file of JSON lines, or its position among the items of an XML file.
/// <c>outcome</c>: created, unchanged, skipped, rejected, or failed (nothing was stored, and the import ended there). A <c>warning</c>
/// concerns the whole file and has the line 0. <c>why</c>: the reason, or what was changed in an item that was imported. <c>result</c> and
/// <c>problem</c> are deprecated names of <c>outcome</c> and <c>why</c>; the next release omits them.
/// </summary>
public sealed record ImportResult(int Line, Guid? Id, string Outcome, string? Why = null)
{
    /// <summary>Deprecated, use <c>outcome</c>. The next release omits this property.</summary>
    public string Result => Outcome;

    /// <summary>Deprecated, use <c>why</c>. The next release omits this property.</summary>
    public string? Problem => Why;
}
