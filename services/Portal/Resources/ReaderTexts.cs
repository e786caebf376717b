namespace Portal.Resources;

/// <summary>Names the texts of the reader site, ReaderTexts.resx and its translations.</summary>
public sealed class ReaderTexts;

/// <summary>Names the texts of the console, ConsoleTexts.resx and its translations.</summary>
public sealed class ConsoleTexts;
