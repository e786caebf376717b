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
        var stop = new Uri("https://news.example/stop");
        var reply = new ReplyLetter("comment-answer", contact.Id, Guid.Empty, true);
        var email = ReplyLetters.Notification(reply, contact, "https://news.example/answer", stop);
        Assert.Equal($"{says}\n\nhttps://news.example/answer\n\n-- \n{end}\nhttps://news.example/stop\n", email.Text);
        Assert.Equal(("bob@b.example", "", stop), (email.To, email.ToName, email.Unsubscribe));
    }
}
