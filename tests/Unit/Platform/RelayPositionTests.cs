using CsCheck;
using Marten;
using Platform.EventSourcing;
using Xunit;

namespace Unit.Platform;

public class RelayPositionTests
{
    [Fact]
    public void Every_committed_event_is_read_exactly_once_in_any_order_of_commits() =>
        Gen.Int[0, 999].Array[0, 120].Sample(script =>
        {
            var model = new Model();
            foreach (var action in script) model.Do(action);
            model.Finish();
            Assert.Equal(model.Committed.Order(), model.Read.Order());
            Assert.Empty(model.Position.Holes);
        }, iter: 5000);

    /// <summary>The key is that of version 1, because old and new replicas must exclude each other during an upgrade.</summary>
    [Theory]
    [InlineData("articles", 2006445393)]
    [InlineData("comments", 2051544762)]
    public void The_key_of_the_relay_lock_never_changes(string schema, long key)
    {
        using var store = DocumentStore.For(options =>
        {
            options.Connection("Host=nowhere");
            options.DatabaseSchemaName = schema;
        });
        Assert.Equal(key, new RelayTable(store).LockKey);
    }

    [Fact]
    public void A_number_that_an_open_transaction_may_hold_remains_a_hole()
    {
        var position = new RelayPosition(0, []);
        position.Read([1, 3], isFull: false);
        for (var round = 0; round < 3; round++)
        {
            position.SetHolders(new HashSet<string> { "open", "later" });
            position.Read([], isFull: false);
        }
        Assert.Equal([new(2, 2)], position.Holes);
        Assert.Equal(3, position.Upto);
        Assert.False(position.IsDecidable);
    }

    [Fact]
    public void A_number_is_lost_when_all_its_possible_holders_have_ended_and_the_next_page_does_not_contain_it()
    {
        var position = new RelayPosition(0, []);
        position.Read([1, 3], isFull: false);
        position.SetHolders(new HashSet<string> { "holder" });
        position.SetHolders(new HashSet<string> { "another transaction" });
        Assert.Equal([new(2, 2)], position.Holes);
        Assert.True(position.IsDecidable);
        position.Read([4], isFull: false);
        Assert.Empty(position.Holes);
        Assert.Equal(4, position.Upto);
    }

    [Fact]
    public void A_late_commit_fills_part_of_a_hole()
    {
        var position = new RelayPosition(10, [new(3, 6)]);
        position.SetHolders(new HashSet<string> { "late" });
        position.Read([4, 5, 12], isFull: false);
        Assert.Equal([new(3, 3), new(6, 6), new(11, 11)], position.Holes);
    }

    [Fact]
    public void A_number_beyond_the_end_of_a_full_page_is_not_considered_lost()
    {
        var position = new RelayPosition(10, [new(3, 8)]);
        position.SetHolders(new HashSet<string>());
        position.Read([4, 6], isFull: true);
        Assert.Equal([new(7, 8)], position.Holes);
        Assert.Equal(10, position.Upto);
    }

    /// <summary>
    /// Simulates transactions that draw numbers, commit, become visible and release their locks, and a relay that reads in between.
    /// </summary>
    private sealed class Model
    {
        private const int PageSize = 3;
        private readonly Dictionary<string, List<long>> _open = [];
        private readonly HashSet<string> _locks = [];
        private long _sequence;
        private int _transactions;
        private bool _mustQueryHolders;

        public RelayPosition Position { get; } = new(0, []);
        public List<long> Committed { get; } = [];
        public List<long> Read { get; } = [];

        public void Do(int action)
        {
            switch (action % 10)
            {
                case 0 or 1 or 2: Draw(action); break;
                case 3 or 4: End(action, commits: true); break;
                case 5: End(action, commits: false); break;
                case 6: ReleaseLocks(); break;
                case 7 or 8: ReadPage(); break;
                default: QueryHolders(); break;
            }
        }

        /// <summary>Ends all transactions, and reads until nothing changes.</summary>
        public void Finish()
        {
            while (_open.Count > 0) End(_open.Count, commits: _open.Count % 3 != 0);
            ReleaseLocks();
            Draw(0);
            End(0, commits: true);
            ReleaseLocks();
            for (var i = 0; i < Committed.Count + 5; i++) ReadPage();
            QueryHolders();
        }

        private void Draw(int action)
        {
            var transaction = action % 2 == 0 || _open.Count == 0 ? $"{_transactions++}" : _open.Keys.ElementAt(action % _open.Count);
            _locks.Add(transaction);
            if (!_open.TryGetValue(transaction, out var numbers)) _open[transaction] = numbers = [];
            numbers.Add(++_sequence);
        }

        /// <summary>Ends a transaction. Its commit is visible before its locks are released.</summary>
        private void End(int action, bool commits)
        {
            if (_open.Count == 0) return;
            var transaction = _open.Keys.ElementAt(action % _open.Count);
            if (commits) Committed.AddRange(_open[transaction]);
            _open.Remove(transaction);
        }

        private void ReleaseLocks() => _locks.IntersectWith(_open.Keys);

        /// <summary>
        /// The relay queries the holders after each page and before the next one. Any number of actions may happen in between.
        /// </summary>
        private void QueryHolders()
        {
            Position.SetHolders(new HashSet<string>(_locks));
            _mustQueryHolders = false;
        }

        private void ReadPage()
        {
            if (_mustQueryHolders) QueryHolders();
            var holes = Position.Holes;
            var visible = Committed.Where(n => n > Position.Upto || holes.Any(h => h.From <= n && n <= h.To))
                .Order()
                .Take(PageSize)
                .ToList();
            Position.Read(visible, isFull: visible.Count == PageSize);
            Read.AddRange(visible);
            _mustQueryHolders = true;
        }
    }
}
