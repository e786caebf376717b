using System.Runtime.CompilerServices;
using Gateway;
using Platform.Contracts.Articles;
using Platform.Contracts.Comments;
using Xunit;

namespace Unit.Gateway;

public class WhatChangedTests
{
    [Fact]
    public void Every_public_event_says_what_it_changes()
    {
        Assert.True(WhatChanged.Messages.Count >= 12, $"only {WhatChanged.Messages.Count} public events were found");
        Assert.All(WhatChanged.Messages, type => Assert.NotNull(WhatChanged.Keys(RuntimeHelpers.GetUninitializedObject(type))));
    }

    [Fact]
    public void A_comment_changes_its_articles_comments_and_a_count_its_discussion()
    {
        var article = Guid.CreateVersion7();
        Assert.Equal([$"comments-{article}"], WhatChanged.Keys(new CommentPosted(default, "comment-1", 1, default, default, article, null, "Ann", "Hi", default)));
        Assert.Equal([$"discussion-{article}"], WhatChanged.Keys(new ArticleStatsChanged(default, $"discussion-{article}", 1, default, article, 3)));
    }
}
