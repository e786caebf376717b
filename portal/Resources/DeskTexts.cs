namespace Portal.Resources;

/// <summary>
/// Marker type for DeskTexts.resx and its translations: the texts of the console pages for editors, moderators and feedback staff.
/// </summary>
public sealed class DeskTexts;
