using Articles.Publishing;
using Comments.Posting;
using CurrencyRates.Sheets;
using Feedback.Messages;
using Kit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Integration;

// All tests of a service share one running instance, because starting one, with its schema and its queues, takes seconds.
[CollectionDefinition]
public sealed class ArticlesService : ServiceFixture<Article>, ICollectionFixture<ArticlesService>;

[CollectionDefinition]
public sealed class CommentsService : ServiceFixture<Comment>, ICollectionFixture<CommentsService>
{
    public SecurityEntries SecurityLog { get; } = new();

    protected override void Configure(IWebHostBuilder host)
    {
        host.UseSetting("Visitors:PerHour", "0");
        host.UseSetting("Comments:PerThread", "0");
        host.UseSetting("Comments:Repeats", "0");
        host.ConfigureLogging(logging => logging.AddProvider(SecurityLog));
    }
}

[CollectionDefinition]
public sealed class CurrencyRatesService : ServiceFixture<RateSheet>, ICollectionFixture<CurrencyRatesService>;

[CollectionDefinition]
public sealed class FeedbackService : ServiceFixture<ContactTicket>, ICollectionFixture<FeedbackService>
{
    protected override void Configure(IWebHostBuilder host) => host.UseSetting("Visitors:PerHour", "0");
}
