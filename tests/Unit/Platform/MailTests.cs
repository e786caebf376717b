using Kit;
using Microsoft.Extensions.Configuration;
using Platform.Hosting;
using Xunit;

namespace Unit.Platform;

public sealed class MailTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mail-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_e_mail_in_the_folder_does_not_outlive_the_erasure_of_its_recipient()
    {
        var mail = new Mail(new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Mail:Folder", (string?)_folder)]).Build(), TimeProvider.System);
        var (erased, other) = (Some.Id(), Some.Id());
        foreach (var id in new[] { erased, other })
            await mail.Send(new Letter(id, "ticket-1", "ann@example.org", "Ann", "Your message", "Thank you."), TestContext.Current.CancellationToken);
        mail.Forget([erased, Some.Id()]);
        Assert.Equal([$"{other}.eml"], Directory.GetFiles(_folder).Select(Path.GetFileName));
    }
}
