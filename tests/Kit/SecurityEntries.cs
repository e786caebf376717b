using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Platform.Web;

namespace Kit;

/// <summary>Records the entries that a process writes to its security log.</summary>
public sealed class SecurityEntries : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _entries = new();

    /// <summary>The entries with their level and text, oldest first.</summary>
    public IReadOnlyCollection<string> All => _entries;

    public ILogger CreateLogger(string categoryName) => categoryName == SecurityLog.Category ? this : NullLogger.Instance;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue($"{logLevel}: {formatter(state, exception)}");

    public void Dispose() { }
}
