using System.Text;

namespace Articles.Search;

/// <summary>The arguments of a statement that is built in parts.</summary>
internal sealed class SqlArguments
{
    private readonly List<object> _values = [];

    /// <summary>The values of $1, $2 and so on.</summary>
    public IReadOnlyList<object> Values => _values;

    /// <summary>Adds a value, and returns its placeholder.</summary>
    public string Add(object value)
    {
        _values.Add(value);
        return $"${_values.Count}";
    }

    /// <summary>Adds the values for the question marks in a part of the statement, and returns the part with their placeholders.</summary>
    public string Number(string sql, params object[] values)
    {
        var numbered = new StringBuilder();
        var parts = sql.Split('?');
        for (var i = 0; i < parts.Length; i++) numbered.Append(i == 0 ? "" : Add(values[i - 1])).Append(parts[i]);
        return numbered.ToString();
    }
}
