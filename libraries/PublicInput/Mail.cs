using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Configuration;
using MimeKit;

namespace Platform.PublicInput;

/// <summary>
/// A plain-text e-mail to one person, sent because of the stream <paramref name="About"/>. <paramref name="Id"/> becomes the Message-ID, so
/// an e-mail that is sent twice is recognisable as the same one.
/// </summary>
public sealed record Email(
    Guid Id,
    string About,
    string To,
    string ToName,
    string Subject,
    string Text)
{
    /// <summary>The address at which a person, or their mail program, unsubscribes from such e-mails (RFC 8058).</summary>
    public Uri? Unsubscribe { get; init; }
}

/// <summary>
/// Sends e-mails to an SMTP server (<c>Mail:Host</c>, <c>:Port</c> 25, <c>:User</c>, <c>:Password</c>, <c>:Tls</c>: None, Auto, StartTls,
/// SslOnConnect; with a user, TLS is required). If no server is configured, each e-mail is written to <c>Mail:Folder</c> as an .eml file.
/// <c>Mail:From</c> is the sender. <c>Mail:GiveUpAfter</c> (five days) limits how long an e-mail is retried that the server rejects
/// temporarily.
/// </summary>
public sealed class Mail(IConfiguration configuration, TimeProvider clock)
{
    private readonly MailboxAddress _from = MailboxAddress.Parse(
        configuration["Mail:From"] is { Length: > 0 } from ? from : "SCO News <noreply@localhost>");
    private readonly string? _host = configuration["Mail:Host"] is { Length: > 0 } host ? host : null;
    private readonly SecureSocketOptions _security = Security(configuration["Mail:Host"], configuration.GetValue("Mail:Port", 25),
        configuration["Mail:User"] is { Length: > 0 }, configuration.GetValue("Mail:Tls", SecureSocketOptions.Auto));
    private readonly string _folder = configuration["Mail:Folder"] is { Length: > 0 } folder ? folder : "mail";

    /// <summary>Whether a text is a valid e-mail address.</summary>
    public static bool IsAddress(string text) =>
        MailboxAddress.TryParse(text, out var address) && address.Address == text && text.Contains('@', StringComparison.Ordinal);

    /// <summary>Sends an e-mail. Returns when the server has accepted it or the file is written.</summary>
    public async Task Send(Email email, CancellationToken ct)
    {
        using var message = new MimeMessage
        {
            MessageId = $"{email.Id:N}@{_from.Domain}",
            Date = clock.GetUtcNow(),
            Subject = email.Subject,
            From = { _from },
            To = { new MailboxAddress(email.ToName, email.To) },
            Body = new TextPart("plain") { Text = email.Text },
            Headers = { { "Auto-Submitted", "auto-generated" } },
        };
        if (email.Unsubscribe is { } stop)
        {
            message.Headers.Add(HeaderId.ListUnsubscribe, $"<{stop.AbsoluteUri}>");
            message.Headers.Add(HeaderId.ListUnsubscribePost, "List-Unsubscribe=One-Click");
        }
        await (_host is null ? WriteFile(message, email.Id, ct) : Deliver(message, ct));
    }

    /// <summary>
    /// Deletes the .eml files of e-mails to a person whose data is erased. E-mails that a mail server accepted cannot be recalled.
    /// </summary>
    public void Forget(IEnumerable<Guid> emails)
    {
        if (_host is not null || !Directory.Exists(_folder)) return;
        foreach (var email in emails) File.Delete(FileOf(email));
    }

    private string FileOf(Guid email) => Path.Combine(_folder, $"{email}.eml");

    /// <summary>
    /// How the connection to the server is secured. If a password is sent, "Auto" becomes TLS, because "Auto" would continue without TLS if
    /// the server, or an attacker in between, does not offer it.
    /// </summary>
    internal static SecureSocketOptions Security(string? host, int port, bool signsIn, SecureSocketOptions wanted) => wanted switch
    {
        _ when !signsIn => wanted,
        SecureSocketOptions.Auto or SecureSocketOptions.StartTlsWhenAvailable =>
            port == 465 ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls,
        SecureSocketOptions.None when host is not ("localhost" or "127.0.0.1" or "::1") =>
            throw new InvalidOperationException(
                "The setting Mail:Tls is None, so the password of Mail:User would be sent unencrypted. "
                + "Set Mail:Tls to StartTls or SslOnConnect."),
        _ => wanted,
    };

    private async Task Deliver(MimeMessage message, CancellationToken ct)
    {
        using var smtp = new SmtpClient { Timeout = 30_000 };
        await smtp.ConnectAsync(_host!, configuration.GetValue("Mail:Port", 25), _security, ct);
        if (configuration["Mail:User"] is { Length: > 0 } user)
            await smtp.AuthenticateAsync(user, configuration["Mail:Password"] ?? "", ct);
        await smtp.SendAsync(message, ct);
        await smtp.DisconnectAsync(true, ct);
    }

    private async Task WriteFile(MimeMessage message, Guid id, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(_folder);
        else Directory.CreateDirectory(_folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = FileOf(id);
        await message.WriteToAsync(path + ".new", ct);
        File.Move(path + ".new", path, overwrite: true);
    }
}
