using System.Linq.Expressions;
using System.Reflection;
using JasperFx.Events;
using JasperFx.Events.Aggregation;
using Marten;
using Marten.Schema;
using NpgsqlTypes;

namespace Platform.EventSourcing;

/// <summary>A column into which Marten copies a property of each document.</summary>
internal sealed record DuplicatedColumn<T>(string Name, NpgsqlDbType DbType, Type Type, Func<T, object?> Value);

/// <summary>The table of one type of documents, with the columns that Marten writes.</summary>
internal sealed class DocumentTable<T> where T : class
{
    private readonly ISerializer _serializer;
    private readonly string _store;

    public DocumentTable(StoreOptions options)
    {
        var mapping = Mapping(options);
        (Name, _serializer) = (mapping.TableName.QualifiedName, options.Serializer());
        Columns = [.. mapping.DuplicatedFields.Select(f => Column(f.ColumnName, f.DbType, f.Members))];
        string Each(Func<string, int, string> column) => string.Concat(Columns.Select((c, i) => column(c.Name, i)));
        var (names, values) = (Each((c, _) => $", {c}"), Each((_, i) => $", c{i}"));
        _store =
            $"""
            insert into {Name} (id, data, mt_version{names}) select id, data::jsonb, version{values}
            from unnest(?::varchar[], ?::text[], ?::bigint[]{Each((_, _) => ", ?")}) as d (id, data, version{values})
            on conflict (id) do update set data = excluded.data, mt_version = excluded.mt_version
            """ + Each((c, _) => $", {c} = excluded.{c}");
    }

    /// <summary>The name of the table, with the schema.</summary>
    public string Name { get; }

    public IReadOnlyList<DuplicatedColumn<T>> Columns { get; }

    public static DocumentMapping Mapping(StoreOptions options) =>
        (DocumentMapping)((IReadOnlyStoreOptions)options).FindOrResolveDocumentType(typeof(T));

    /// <summary>Queues one statement that stores all documents, each with the version of its stream.</summary>
    public void Store(IDocumentOperations session, IReadOnlyList<(string Id, long Version, T Document)> documents) =>
        session.QueueSqlCommand(
            _store,
            [
                documents.Select(d => d.Id).ToArray(),
                documents.Select(d => _serializer.ToJson(d.Document)).ToArray(),
                documents.Select(d => d.Version).ToArray(),
                .. Columns.Select(c => Values(c, documents)),
            ]);

    // The array must have the type of the column, because PostgreSQL receives the type together with the values.
    private static Array Values(DuplicatedColumn<T> column, IReadOnlyList<(string Id, long Version, T Document)> documents)
    {
        var values = Array.CreateInstance(column.Type, documents.Count);
        for (var i = 0; i < documents.Count; i++) values.SetValue(column.Value(documents[i].Document), i);
        return values;
    }

    private static DuplicatedColumn<T> Column(string name, NpgsqlDbType dbType, MemberInfo[] members)
    {
        var document = Expression.Parameter(typeof(T));
        var value = members.Aggregate((Expression)document, Expression.MakeMemberAccess);
        var get = Expression.Lambda<Func<T, object?>>(Expression.Convert(value, typeof(object)), document).Compile();
        var type = (Nullable.GetUnderlyingType(value.Type) ?? value.Type).IsEnum ? typeof(string) : value.Type;
        return new(name, dbType, type, d => get(d) switch { Enum e => e.ToString(), DateTimeOffset t => t.ToUniversalTime(), var v => v });
    }
}

/// <summary>Folds the events of one stream into a document, in the same way as Marten.</summary>
internal sealed class DocumentFold<T>(StoreOptions options, IAggregatorSource<IQuerySession> source) where T : class
{
    private readonly IAggregator<T, string, IQuerySession> _fold = source.Build<T, string>();
    private readonly Identity _identity = new((PropertyInfo)DocumentTable<T>.Mapping(options).IdMember);

    /// <summary>Returns the document after further events of its stream; null if there is none.</summary>
    public async ValueTask<T?> Add(T? document, string stream, IReadOnlyList<IEvent> events, CancellationToken ct)
    {
        if (events.Count == 0) return document;
        var next = await _fold.BuildAsync(events, null!, document, stream, _identity, ct);
        // Marten's storage does the same when it writes the document.
        if (next is not null) _identity.SetIdentity(next, stream);
        return next;
    }

    private sealed class Identity(PropertyInfo property) : IIdentitySetter<T, string>
    {
        private readonly Action<T, string> _set = property.SetMethod!.CreateDelegate<Action<T, string>>();
        private readonly Func<T, string> _get = property.GetMethod!.CreateDelegate<Func<T, string>>();
        string IIdentitySetter<T, string>.Identity(T document) => _get(document);
        public void SetIdentity(T document, string identity) => _set(document, identity);
    }
}
