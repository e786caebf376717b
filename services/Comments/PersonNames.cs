using Marten;
using Marten.Linq.MatchesSql;
using Platform.EventSourcing;
using Platform.Hosting;

namespace Comments;

/// <summary>
/// Gives people whom an earlier version named by the plain SHA-256 of their address the keyed name: before the service serves, and before a
/// person is looked for, because a replica of the earlier version may still be running. Bans are repeated under the new name; the old
/// streams stay as they are.
/// </summary>
public sealed class PersonNames(IDocumentStore store, GroupCommit group) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Contacts(cancellationToken);
        await Bans(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The addresses that were left with comments.</summary>
    public async Task Contacts(CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var plain = await session.Query<CommentContact>().Where(c => c.MatchesSql("length(d.email_hash) = 64")).ToListAsync(ct);
        if (plain.Count == 0) return;
        // An update, so that an address that is erased at this moment does not come back.
        var table = $"{store.Options.DatabaseSchemaName}.mt_doc_commentcontact";
        foreach (var contact in plain)
        {
            var keyed = EmailHash.Keyed(contact.EmailHash);
            session.QueueSqlCommand(
                $"""
                update {table} set email_hash = ?, data = data || jsonb_build_object('emailHash', ?::text) where id = ? and email_hash = ?
                """,
                keyed, keyed, contact.Id, contact.EmailHash);
        }
        await session.SaveChangesAsync(ct);
    }

    private async Task Bans(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var decider = new Decider(store, group, new Actor { Name = "upgrade" });
        foreach (var ban in (await session.Query<Ban>().ToListAsync(ct)).Where(b => b.Banned is not null && EmailHash.IsPlain(b.Person())))
            await decider.Decide<Ban>(Streams.Ban(EmailHash.Keyed(ban.Person())), known => known is null ? [ban.Banned!] : [], ct);
    }
}
