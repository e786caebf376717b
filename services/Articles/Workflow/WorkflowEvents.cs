using Platform.EventSourcing;

namespace Articles.Workflow;

/// <summary>The draft was submitted for review.</summary>
public sealed record DraftSubmitted;
/// <summary>The draft passed the review and may be published.</summary>
public sealed record DraftApproved;
/// <summary>The draft was returned to its author, with a note if something must be changed, or the author withdrew it.</summary>
public sealed record DraftReturned([property: Confidential] string? Note);
/// <summary>The article was assigned to a person, or to no one if <paramref name="To"/> is null.</summary>
public sealed record ArticleAssigned(string? To);
/// <summary>
/// The text in <paramref name="Lang"/> translates the text that the article had in <paramref name="From"/> at <paramref name="Version"/>.
/// <paramref name="Fingerprint"/> is the hash of that text.
/// </summary>
public sealed record TranslationMarked(string Lang, string From, long Version, string Fingerprint);
