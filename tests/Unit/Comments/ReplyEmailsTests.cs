using Comments;
using Comments.Posting;
using Xunit;

namespace Unit.Comments;

public class ReplyEmailsTests
{
    [Theory]
    [InlineData(null, "Someone replied to your comment. Read the reply here:", "Unsubscribe from these e-mails:")]
    [InlineData("en", "Someone replied to your comment. Read the reply here:", "Unsubscribe from these e-mails:")]
    [InlineData(
        "ru",
        "На ваш комментарий ответили. Прочитать ответ:",
        "Отписаться от таких писем:")]
    [InlineData("zh", "您的评论有新回复，点击查看：", "退订此类邮件：")]
    public void An_email_about_a_reply_contains_only_fixed_text_and_links(string? lang, string body, string footer)
    {
        var contact = new CommentContact("comment-parent", "bob@b.example", "hash") { Lang = lang };
        var (page, oneClick) = (new Uri("https://news.example/stop"), new Uri("https://news.example/api/stop"));
        var reply = new ReplyLetter("comment-answer", contact.Id, Guid.Empty, true);
        var email = ReplyEmails.Notification(reply, contact, "https://news.example/answer", page, oneClick);
        Assert.Equal($"{body}\n\nhttps://news.example/answer\n\n-- \n{footer}\nhttps://news.example/stop\n", email.Text);
        Assert.Equal(("bob@b.example", "", oneClick), (email.To, email.ToName, email.Unsubscribe));
    }

    [Theory]
    [InlineData(null, "This address was entered with a comment on SCO News")]
    [InlineData("ru", "Этот адрес указали вместе с комментарием")]
    [InlineData("zh", "有人在上合组织新闻发表评论时留下了此邮箱")]
    public void A_confirmation_request_contains_only_fixed_text_and_one_link(string? lang, string start)
    {
        var contact = new CommentContact("comment-01900000-0000-7000-8000-000000000001", "bob@b.example", "hash") { Lang = lang };
        var confirmation = ReplyLetter.Confirmation(Streams.Id(contact.Id));
        var email = ReplyEmails.Confirmation(confirmation, contact, new Uri("https://news.example/confirm"));
        Assert.StartsWith(start, email.Text, StringComparison.Ordinal);
        Assert.Equal("https://news.example/confirm", email.Text.Split("\n\n")[1]);
        Assert.Equal(("bob@b.example", "", null), (email.To, email.ToName, email.Unsubscribe));
        Assert.Equal((contact.Id, true), (confirmation.Parent, confirmation.Due));
        Assert.NotEqual(Streams.Id(contact.Id), email.Id);
    }
}
