namespace Portal.Console.Editing;

/// <summary>
/// An action on an article: the path and the body of the request, and the message to show after success. The method is POST if it is null.
/// </summary>
public sealed record ArticleAction(string Path, object? Body, string Done, HttpMethod? Method = null);
