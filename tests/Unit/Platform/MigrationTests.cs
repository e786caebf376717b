using Platform.EventSourcing;
using Xunit;

namespace Unit.Platform;

/// <summary>Which statements of a migration only add.</summary>
public class MigrationTests
{
    [Theory]
    [InlineData("alter table s.t drop column gone;")]
    [InlineData("drop index if exists s.gone;")]
    [InlineData("drop index concurrently if exists s.gone;")]
    [InlineData("alter table s.t alter column c set not null;")]
    public void What_takes_away_waits(string statement)
    {
        var (additive, withheld) = Migration.Split($"create table s.u (id int);\n{statement}\r\nalter table s.t add column new text;\n");
        Assert.Equal([statement], withheld);
        Assert.Contains("create table s.u", additive, StringComparison.Ordinal);
        Assert.Contains("add column new", additive, StringComparison.Ordinal);
        Assert.DoesNotContain(statement, additive, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_made_anew_is_changed_and_not_taken_away()
    {
        const string script =
            """
            drop index if exists s.changed;
            CREATE UNIQUE INDEX changed ON s.t USING btree (a, b);
            alter table s.t drop column computed;
            alter table s.t add column computed int generated always as (a + 1) stored;
            """;
        var (additive, withheld) = Migration.Split(script);
        Assert.Empty(withheld);
        Assert.Equal(script.Trim(), additive.Trim());
    }
}
