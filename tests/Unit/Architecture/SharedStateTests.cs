using System.Reflection;
using System.Runtime.CompilerServices;
using Kit;
using Xunit;

namespace Unit.Architecture;

/// <summary>
/// A tuple has several machine words, which are not written at once: if one thread replaces it while another reads it, the reader gets a
/// mixture of both values. A reference to an immutable record is written at once.
/// </summary>
public class SharedStateTests
{
    private const BindingFlags AllFields =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void No_field_that_can_be_replaced_holds_a_tuple()
    {
        var fields = typeof(SharedStateTests).Assembly.GetReferencedAssemblies()
            .Where(a => a.Name is "Gateway" or "Portal" || a.Name!.StartsWith("Platform.", StringComparison.Ordinal)
                || Repository.Services.Contains(a.Name))
            .SelectMany(a => Assembly.Load(a).GetTypes())
            .Where(t => !IsGenerated(t))
            .SelectMany(t => t.GetFields(AllFields))
            .Where(f => !f.IsInitOnly && !f.IsLiteral)
            .ToArray();
        Assert.InRange(fields.Length, 100, 100_000);
        Assert.Empty(fields.Where(f => IsTuple(f.FieldType)).Select(f => $"{f.DeclaringType}.{f.Name}: use a record"));
    }

    private static bool IsTuple(Type type) =>
        type.IsValueType && typeof(ITuple).IsAssignableFrom(Nullable.GetUnderlyingType(type) ?? type);

    // The closures and state machines of methods.
    private static bool IsGenerated(Type? type) =>
        type is not null && (type.Name.Contains('<', StringComparison.Ordinal) || IsGenerated(type.DeclaringType));
}
