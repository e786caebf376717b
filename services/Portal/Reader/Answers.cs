namespace Portal.Reader;

/// <summary>A list that comes whole, or a page of one with the cursor of the next.</summary>
public sealed record Listed<T>(IReadOnlyList<T> Items, string? Next = null);

/// <summary>A section: its key in addresses, its place, its names by language.</summary>
public sealed record SectionItem(string Key, int Order, IReadOnlyDictionary<string, string> Names);
