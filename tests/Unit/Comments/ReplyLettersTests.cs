using Comments;
using Xunit;

namespace Unit.Comments;

public class ReplyLettersTests
{
    [Theory]
    [InlineData(null, "Your comment was answered. Read the answer here:", "No more such letters:")]
    [InlineData("en", "Your comment was answered. Read the answer here:", "No more such letters:")]
    [InlineData("ru", "На ваш комментарий ответили. Прочитать ответ:", "Больше не получать таких писем:")]
    [InlineData("zh", "您的评论有新回复，点击查看：", "不再接收此类邮件：")]
    public void An_email_about_an_answer_holds_fixed_words_and_links_only(string? lang, string says, string end)
    {
        var contact = new CommentContact("comment-parent", "bob@b.example", "hash") { Lang = lang };
        var (page, oneClick) = (new Uri("https://news.example/stop"), new Uri("https://news.example/api/stop"));
        var reply = new ReplyLetter("comment-answer", contact.Id, Guid.Empty, true);
        var email = ReplyLetters.Notification(reply, contact, "https://news.example/answer", page, oneClick);
        Assert.Equal($"{says}\n\nhttps://news.example/answer\n\n-- \n{end}\nhttps://news.example/stop\n", email.Text);
        Assert.Equal(("bob@b.example", "", oneClick), (email.To, email.ToName, email.Unsubscribe));
    }

    [Theory]
    [InlineData(null, "This address was left with a comment on SCO News")]
    [InlineData("ru", "Этот адрес оставили вместе с комментарием")]
    [InlineData("zh", "有人在上合组织新闻发表评论时留下了此邮箱")]
    public void An_email_that_asks_to_confirm_an_address_holds_fixed_words_and_one_link(string? lang, string says)
    {
        var contact = new CommentContact("comment-01900000-0000-7000-8000-000000000001", "bob@b.example", "hash") { Lang = lang };
        var letter = ReplyLetter.Confirmation(Streams.Id(contact.Id));
        var email = ReplyLetters.Confirmation(letter, contact, new Uri("https://news.example/confirm"));
        Assert.StartsWith(says, email.Text, StringComparison.Ordinal);
        Assert.Equal("https://news.example/confirm", email.Text.Split("\n\n")[1]);
        Assert.Equal(("bob@b.example", "", null), (email.To, email.ToName, email.Unsubscribe));
        Assert.Equal((contact.Id, true), (letter.Parent, letter.Due));
        Assert.NotEqual(Streams.Id(contact.Id), email.Id);
    }
}
