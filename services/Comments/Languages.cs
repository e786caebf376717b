using System.ComponentModel.DataAnnotations;

namespace Comments;

/// <summary>The portal's languages, in the order in which one stands in for another.</summary>
public static class Languages
{
    public static readonly IReadOnlyList<string> All = ["en", "ru", "zh"];
}

/// <summary>One of the portal's languages, or none.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LanguageAttribute() : AllowedValuesAttribute([.. Languages.All, null]);
