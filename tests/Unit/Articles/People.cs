using Articles.Workflow;

namespace Unit.Articles;

/// <summary>People of the newsroom: two editors, an author and a publisher. The section "news" requires two persons.</summary>
internal static class People
{
    public static readonly Person
        Ann = new("ann", IsAuthor: false, IsEditor: true, IsPublisher: false),
        Eve = new("eve", IsAuthor: false, IsEditor: true, IsPublisher: false),
        Ben = new("ben", IsAuthor: true, IsEditor: false, IsPublisher: false),
        Pia = new("pia", IsAuthor: false, IsEditor: false, IsPublisher: true);

    public static readonly FourEyes InNews = new(new HashSet<string> { "news" });
}
