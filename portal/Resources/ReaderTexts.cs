namespace Portal.Resources;

/// <summary>Marker type for ReaderTexts.resx and its translations: the texts of the reader pages.</summary>
public sealed class ReaderTexts;

/// <summary>Marker type for ConsoleTexts.resx and its translations: the texts of the console frame and its operator pages.</summary>
public sealed class ConsoleTexts;
