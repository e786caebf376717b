using Marten.Events.Projections;

namespace Platform.EventSourcing;

/// <summary>
/// An inline projection that writes its own table in SQL. It names the table and the events, so that a replay can rebuild the table beside
/// the live one.
/// </summary>
public interface ITableProjection : IProjection
{
    /// <summary>The name of the table, without the schema, which is that of the store.</summary>
    string Table { get; }
    /// <summary>The types of the events that it processes.</summary>
    IReadOnlyList<Type> Events { get; }
}
