using System.Globalization;
using Fractions;

namespace CurrencyRates.Sheets;

/// <summary>Exact arithmetic with rates: fractions of integers, rounded once at the end, half to even. No binary floating point.</summary>
public static class Exact
{
    /// <summary>Significant digits of a cross rate.</summary>
    public const int RateDigits = 10;

    /// <summary>The same number without trailing zeros.</summary>
    public static decimal Trim(decimal value) => value / 1.0000000000000000000000000000m;

    /// <summary>The value of one unit of <paramref name="from"/> in <paramref name="to"/>; null stands for the rouble.</summary>
    public static Fraction Cross(Rate? from, Rate? to) => InRoubles(from) / InRoubles(to);

    /// <summary>Rounds to a number of decimals, half to even.</summary>
    public static decimal Round(Fraction value, int decimals) => Fraction.Round(value, decimals, MidpointRounding.ToEven).ToDecimal();

    /// <summary>Rounds to a number of significant digits, half to even, without trailing zeros.</summary>
    public static decimal Significant(Fraction value, int digits = RateDigits)
    {
        if (value.IsZero) return 0;
        var decimals = digits;
        for (var edge = Fraction.One; value.Abs() >= edge && decimals > 0; edge *= 10) decimals--;
        for (var edge = new Fraction(1, 10); value.Abs() < edge && decimals < 28; edge /= 10) decimals++;
        return Trim(Round(value, decimals));
    }

    /// <summary>Parses a decimal of digits and at most one decimal point; null if the text is not one.</summary>
    public static decimal? Parse(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static Fraction InRoubles(Rate? rate) => rate is null ? Fraction.One : Fraction.FromDecimal(rate.Value) / rate.Nominal;
}
