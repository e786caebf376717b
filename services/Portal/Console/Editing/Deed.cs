namespace Portal.Console.Editing;

/// <summary>What an editor does with an article; <c>Done</c> says that it was done.</summary>
public sealed record Deed(string Path, object? Body, string Done);
