using Kit;
using MailKit.Security;
using Microsoft.Extensions.Configuration;
using Platform.PublicInput;
using Xunit;

namespace Unit.Platform;

public sealed class MailFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mail-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Erasing_a_person_deletes_their_e_mails_in_the_folder()
    {
        var mail = new Mail(
            new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Mail:Folder", (string?)_folder)]).Build(),
            TimeProvider.System);
        var (erased, other) = (Some.Id(), Some.Id());
        foreach (var id in new[] { erased, other })
            await mail.Send(
                new Email(id, "ticket-1", "ann@example.org", "Ann", "Your message", "Thank you."),
                TestContext.Current.CancellationToken);
        mail.Forget([erased, Some.Id()]);
        Assert.Equal([$"{other}.eml"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(25, false, SecureSocketOptions.Auto, SecureSocketOptions.Auto)]
    [InlineData(25, false, SecureSocketOptions.None, SecureSocketOptions.None)]
    [InlineData(587, true, SecureSocketOptions.Auto, SecureSocketOptions.StartTls)]
    [InlineData(587, true, SecureSocketOptions.StartTlsWhenAvailable, SecureSocketOptions.StartTls)]
    [InlineData(465, true, SecureSocketOptions.Auto, SecureSocketOptions.SslOnConnect)]
    [InlineData(2525, true, SecureSocketOptions.SslOnConnect, SecureSocketOptions.SslOnConnect)]
    public void A_password_is_sent_only_over_TLS(int port, bool signsIn, SecureSocketOptions wanted, SecureSocketOptions used) =>
        Assert.Equal(used, Mail.Security("mail.example", port, signsIn, wanted));

    [Fact]
    public void A_password_without_TLS_is_allowed_only_on_the_same_machine()
    {
        Assert.Equal(SecureSocketOptions.None, Mail.Security("127.0.0.1", 25, signsIn: true, SecureSocketOptions.None));
        var refused = Assert.Throws<InvalidOperationException>(() =>
            Mail.Security("mail.example", 25, signsIn: true, SecureSocketOptions.None));
        Assert.Contains("Mail:Tls", refused.Message, StringComparison.Ordinal);
    }
}
