namespace Portal.Resources;

/// <summary>
/// Names the texts of the console's pages for editors, moderators and feedback staff, DeskTexts.resx and its translations.
/// </summary>
public sealed class DeskTexts;
