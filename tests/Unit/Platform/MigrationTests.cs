using Platform.EventSourcing;
using Xunit;

namespace Unit.Platform;

/// <summary>A migration executes only statements that add something.</summary>
public class MigrationTests
{
    [Theory]
    [InlineData("alter table s.t drop column gone;")]
    [InlineData("drop index if exists s.gone;")]
    [InlineData("drop index concurrently if exists s.gone;")]
    [InlineData("alter table s.t alter column c set not null;")]
    public void A_statement_that_removes_something_is_withheld(string statement)
    {
        var (additive, withheld) = Migration.Split($"create table s.u (id int);\n{statement}\r\nalter table s.t add column new text;\n");
        Assert.Equal([statement], withheld);
        Assert.Contains("create table s.u", additive, StringComparison.Ordinal);
        Assert.Contains("add column new", additive, StringComparison.Ordinal);
        Assert.DoesNotContain(statement, additive, StringComparison.Ordinal);
    }

    [Fact]
    public void Dropping_something_that_is_created_again_is_not_withheld()
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
