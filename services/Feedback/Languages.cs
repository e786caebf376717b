using System.ComponentModel.DataAnnotations;

namespace Feedback;

/// <summary>The languages of the portal, in the order of fallback.</summary>
public static class Languages
{
    public static readonly IReadOnlyList<string> All = ["en", "ru", "zh"];
}

/// <summary>Allows the languages of the portal, and null.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LanguageAttribute() : AllowedValuesAttribute([.. Languages.All, null]);
