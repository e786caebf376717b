using System.Globalization;
using Fractions;

namespace CurrencyRates;

/// <summary>
/// Arithmetic with rates: fractions of whole numbers, rounded once and at the end, half to even. No binary floating point anywhere.
/// </summary>
public static class Exact
{
    /// <summary>Digits that a cross rate is given with.</summary>
    public const int RateDigits = 10;

    /// <summary>The same number without trailing zeros.</summary>
    public static decimal Trim(decimal value) => value / 1.0000000000000000000000000000m;

    /// <summary>What one unit of <paramref name="from"/> is worth in <paramref name="to"/>; null stands for the rouble.</summary>
    public static Fraction Cross(Rate? from, Rate? to) => InRoubles(from) / InRoubles(to);

    /// <summary>Rounded to so many decimals, half to even.</summary>
    public static decimal Round(Fraction value, int decimals) => Fraction.Round(value, decimals, MidpointRounding.ToEven).ToDecimal();

    /// <summary>Rounded to so many significant digits, half to even, without trailing zeros.</summary>
    public static decimal Significant(Fraction value, int digits = RateDigits)
    {
        if (value.IsZero) return 0;
        var decimals = digits;
        for (var edge = Fraction.One; value.Abs() >= edge && decimals > 0; edge *= 10) decimals--;
        for (var edge = new Fraction(1, 10); value.Abs() < edge && decimals < 28; edge /= 10) decimals++;
        return Trim(Round(value, decimals));
    }

    /// <summary>A decimal as a caller writes it: digits and at most one point; null where it is none.</summary>
    public static decimal? Parse(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static Fraction InRoubles(Rate? rate) => rate is null ? Fraction.One : Fraction.FromDecimal(rate.Value) / rate.Nominal;
}
