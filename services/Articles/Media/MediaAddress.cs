using System.Text.RegularExpressions;

namespace Articles.Media;

/// <summary>
/// The addresses of pictures. <c>/media/items/{id}</c> names an item, and is what covers and bodies of articles refer to; it redirects to
/// the current preview. <c>/media/{file}</c> is one rendition, whose content never changes.
/// </summary>
public static partial class MediaAddress
{
    private const string Renditions = "/media/", Items = "/media/items/";

    /// <summary>The address of an item.</summary>
    public static string Of(Guid id) => $"{Items}{id}";

    /// <summary>The address of a rendition.</summary>
    public static string Of(Rendition rendition) => $"{Renditions}{rendition.File}";

    /// <summary>The item that an address names; null if it is the address of something else.</summary>
    public static Guid? IdOf(string? address) =>
        address?.StartsWith(Items, StringComparison.Ordinal) == true && Guid.TryParseExact(address[Items.Length..], "D", out var id)
            ? id
            : null;

    /// <summary>The items to which a sanitised body refers.</summary>
    public static IEnumerable<Guid> In(string html) => html.Contains(Items, StringComparison.Ordinal)
        ? Reference().Matches(html).Select(m => Guid.Parse(m.Groups[1].Value))
        : [];

    [GeneratedRegex("\"/media/items/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\"")]
    private static partial Regex Reference();
}
