using Microsoft.Extensions.Configuration;
using Platform.PublicInput;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class EmailHashTests
{
    private static readonly string Plain = EmailHash.Plain("ann@example.org");

    [Fact]
    public void The_hash_of_a_person_depends_on_the_key()
    {
        var (one, other) = (EmailHash.Keyed(Plain, "one"u8.ToArray()), EmailHash.Keyed(Plain, "other"u8.ToArray()));
        Assert.NotEqual(one, other);
        Assert.DoesNotContain(Plain, one, StringComparison.Ordinal);
        Assert.Equal(one, EmailHash.Keyed(EmailHash.Plain(" Ann@Example.org "), "one"u8.ToArray()));
        Assert.True(EmailHash.IsPlain(Plain));
        Assert.False(EmailHash.IsPlain(one));
    }

    [Fact]
    public void A_caller_can_identify_a_person_by_the_plain_or_the_keyed_hash()
    {
        EmailHash.UseKey(Settings(("Privacy:PersonKey", "a secret")));
        Assert.Equal(EmailHash.Of("ann@example.org"), EmailHash.Checked(Plain));
        Assert.Equal(EmailHash.Of("ann@example.org"), EmailHash.Checked(EmailHash.Of("ann@example.org")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("ann@example.org")]
    [InlineData("0")]
    public void Any_other_value_is_rejected(string name)
    {
        Assert.Equal("emailHash", Assert.Throws<Malformed>(() => EmailHash.Checked(name)).Field);
        Assert.Equal("emailHash", Assert.Throws<Malformed>(() => EmailHash.CheckedPlain(name)).Field);
        Assert.Throws<Malformed>(() => EmailHash.CheckedPlain("h" + Plain));
    }

    [Fact]
    public void The_key_is_the_setting_or_is_derived_from_the_database_password()
    {
        byte[] Key(params (string, string)[] settings) => EmailHash.KeyOf(Settings(settings));
        const string database = "ConnectionStrings:Postgres";
        Assert.NotEqual(Key((database, "Host=a;Password=one")), Key((database, "Host=a;Password=two")));
        Assert.Equal(Key((database, "Host=a;Password=one")), Key((database, "Host=b;Password=one")));
        Assert.Equal(Key(("Privacy:PersonKey", "k"), (database, "Host=a;Password=one")), Key(("Privacy:PersonKey", "k")));
        Assert.Contains(
            "Privacy__PersonKey",
            Assert.Throws<InvalidOperationException>(() => Key((database, "Host=a"))).Message,
            StringComparison.Ordinal);
    }

    private static IConfiguration Settings(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
}
