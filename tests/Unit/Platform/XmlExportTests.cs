using System.Text;
using System.Xml;
using Platform.Web;
using Xunit;

namespace Unit.Platform;

public class XmlExportTests
{
    private const string Declared = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";

    [Theory]
    [InlineData("<rss><item>one</item><item>two</item></rss>", 0)]
    [InlineData("\r\n \t" + Declared + "<rss><item>one</item><item>two</item></rss>", 0)]
    [InlineData("\uFEFF\n" + Declared + "<rss><item>one</item><item>two</item></rss>", 0)]
    [InlineData("\uFEFF" + Declared + "<rss><item>one</item><item>two</item></rss>", 0)]
    [InlineData(Declared + "<rss><item>o\vne</item><item><![CDATA[t\0w\u001Fo]]></item></rss>", 3)]
    public async Task XML_with_small_defects_is_read(string file, int dropped)
    {
        var export = new XmlExport(new MemoryStream(Encoding.UTF8.GetBytes(file)));
        Assert.Equal(["one", "two"], await Texts(export));
        Assert.Equal(dropped, export.DroppedCharacters);
    }

    [Theory]
    [InlineData("windows-1251")]
    [InlineData("utf-16")]
    public async Task XML_is_read_in_its_declared_encoding(string encoding)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var bytes = Encoding.GetEncoding(encoding);
        var file = $"<?xml version=\"1.0\" encoding=\"{encoding}\"?><rss><item>Саммит\n</item></rss>";
        var export = new XmlExport(new MemoryStream([.. bytes.GetPreamble(), .. bytes.GetBytes(file)]));
        Assert.Equal(["Саммит\n"], await Texts(export));
    }

    [Theory]
    [InlineData("<!DOCTYPE rss [<!ENTITY a \"b\">]><rss><item>&a;</item></rss>")]
    [InlineData("<rss><item>")]
    [InlineData("")]
    public async Task Invalid_XML_is_rejected(string file) =>
        await Assert.ThrowsAnyAsync<XmlException>(() => Texts(new XmlExport(new MemoryStream(Encoding.UTF8.GetBytes(file)))));

    private static async Task<string[]> Texts(XmlExport export)
    {
        var texts = new List<string>();
        await foreach (var item in export.Elements(["item"], TestContext.Current.CancellationToken)) texts.Add(item.Value);
        return [.. texts];
    }
}
