using Comments.Posting;
using Marten;
using Marten.Linq.MatchesSql;
using Platform.EventSourcing;
using Platform.PublicInput;

namespace Comments.People;

/// <summary>
/// Replaces the plain SHA-256 of addresses, which an earlier version stored, by the keyed hash. This is done before the service starts to
/// serve and before each search for a person, because a replica of the earlier version may still be running. Bans are copied to the keyed
/// hash; the old streams stay unchanged.
/// </summary>
public sealed class PersonNames(IDocumentStore store, GroupCommit group) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await UpgradeContacts(cancellationToken);
        await UpgradeBans(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Replaces the hashes that are stored with the addresses of comments.</summary>
    public async Task UpgradeContacts(CancellationToken ct)
    {
        await using var session = store.LightweightSession();
        var plain = await session.Query<CommentContact>().Where(c => c.MatchesSql("length(d.email_hash) = 64")).ToListAsync(ct);
        if (plain.Count == 0) return;
        // Updated in SQL: storing the document would restore an address that is being erased at the same time.
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

    private async Task UpgradeBans(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        var decider = new Decider(store, group, new Actor { Name = "upgrade" });
        foreach (var ban in (await session.Query<Ban>().ToListAsync(ct)).Where(b => b.Banned is not null && EmailHash.IsPlain(b.Person())))
            await decider.Decide<Ban>(Streams.Ban(EmailHash.Keyed(ban.Person())), known => known is null ? [ban.Banned!] : [], ct);
    }
}
