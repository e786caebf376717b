using System.Globalization;

namespace Portal.Reader.Parts;

/// <summary>
/// The drawing of an article without a picture: a part of a globe, in the colour of its section. Position and size depend only on the id of
/// the article, so that an article looks the same everywhere. The drawing area has 320 by 180 units.
/// </summary>
public readonly record struct Globe(uint X, uint Y, uint Radius)
{
    /// <summary>The radius of the globe in <c>Document.razor</c>.</summary>
    private const double Drawn = 100;

    public static Globe Of(Guid article)
    {
        // FNV-1a with a final mix, because the ids of articles that were written together differ in few bits.
        var hash = 2166136261;
        unchecked
        {
            foreach (var b in article.ToByteArray()) hash = (hash ^ b) * 16777619;
            hash = (hash ^ (hash >> 15)) * 0x2c1b3c6d;
            hash ^= hash >> 12;
        }
        return new(90 + hash % 140, 36 + (hash >> 8) % 96, 92 + (hash >> 16) % 56);
    }

    /// <summary>The value of the attribute <c>transform</c>.</summary>
    public string Transform =>
        string.Create(CultureInfo.InvariantCulture, $"translate({X} {Y}) scale({Radius / Drawn:0.##})");
}
