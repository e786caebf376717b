using Platform.Postgres;
using Platform.Web;

namespace Comments.Threads;

/// <summary>
/// The article or comment below which comments are listed. <paramref name="Sql"/> selects the id of its article by the id $1, and
/// <paramref name="Unknown"/> is the error if it does not exist.
/// </summary>
internal sealed record Place(string Sql, string Unknown)
{
    public static readonly Place Article = new(
        "select $1::uuid as article_id from comments.mt_doc_articlecopy where id = 'article-' || $1",
        "There is no published article with this id.");

    public static readonly Place Comment = new(
        "select article_id from comments.thread where id = $1 and visible", "There is no comment with this id.");

    /// <summary>
    /// Returns the result of <paramref name="read"/>, or throws if that is null, because the place does not exist. If the request also has
    /// an invalid parameter, the unknown id is reported.
    /// </summary>
    public async Task<T> Find<T>(ReadPool database, Guid id, Func<Task<T?>> read, CancellationToken ct) where T : class
    {
        try
        {
            return await read() ?? throw new NotFound(Unknown);
        }
        catch (Malformed)
        {
            if ((await database.Read(Sql, row => row.GetGuid(0), ct, id)).Count == 0) throw new NotFound(Unknown);
            throw;
        }
    }
}
