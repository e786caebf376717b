namespace Portal.Reader;

/// <summary>Builds addresses of this site.</summary>
public static class Url
{
    /// <summary>An address below a language: <c>To("en", "articles/slug")</c> is <c>/en/articles/slug</c>.</summary>
    public static string To(string lang, string rest = "") => rest.Length == 0 ? $"/{lang}" : $"/{lang}/{rest}";

    /// <summary>Appends the parameters that have a value to an address.</summary>
    public static string With(string address, params (string Name, string? Value)[] parameters)
    {
        var query = string.Join(
            '&', parameters.Where(p => !string.IsNullOrEmpty(p.Value)).Select(p => $"{p.Name}={Uri.EscapeDataString(p.Value!)}"));
        return query.Length == 0 ? address : $"{address}?{query}";
    }
}
