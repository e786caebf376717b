using System.Text;

namespace Bench;

/// <summary>Stores many articles in the read models of the articles service, without events.</summary>
internal static class ArticleRows
{
    /// <summary>
    /// Copies the articles into a staging table, and from there into each read model in the order of publication. The word indexes are
    /// built after the rows, which is faster. 100,000 articles take about two minutes.
    /// </summary>
    public static async Task Fill(ArticleTexts texts, int from, int to)
    {
        if (to <= from) return;
        var file = Path.GetTempFileName();
        await using (var rows = new StreamWriter(file, false, new UTF8Encoding(false)))
            for (var i = from; i < to; i++) await rows.WriteAsync(texts.Row(i));
        var script = Path.GetTempFileName();
        await File.WriteAllTextAsync(script, $$"""
            set maintenance_work_mem = '256MB';
            create temp table staged (
              id uuid, section text, tags text[], published timestamptz, en_title text, en_body text, ru_title text, ru_body text,
              zh_title text, zh_body text, zh_pairs text, zh_title_pairs text);
            \copy staged from '{{file}}'
            -- The same marks as in services/Articles/Search/SearchVectors.cs.
            create function pg_temp.marked(config regconfig, words text, title text, id uuid) returns tsvector immutable as $$
              select to_tsvector(config, words) || coalesce((select array_to_tsvector(array_agg(mark)) from (
                select 't~' || lexeme from unnest(to_tsvector(config, title))
                union all select 'l~' || lexeme from unnest(to_tsvector(config, title))
                union all select 'o~' || lexeme from unnest(to_tsvector(config, words)) where cardinality(positions) > 2
                union all select 'p~' || lexeme || ' ' || following from (
                  select lexeme, lead(lexeme) over (order by place) as following
                  from unnest(to_tsvector(config, words)), unnest(positions) place) ordered where following is not null
                union all select 's~' || n from generate_series(1, 6) n where hashtext(id::text) & ((1 << (2 * n)) - 1) = 0
              ) marks(mark)), '') $$ language sql;
            create temp table indexes as select indexname, indexdef from pg_indexes
              where schemaname = 'articles' and tablename = 'article_index' and indexdef like '%USING gin%';
            select format('drop index articles.%I', indexname) from indexes \gexec
            insert into articles.article_index (
                id, article_id, section, tags, langs, published_at, changed_at, en, ru, zh, en_text, ru_text, zh_text)
              select 'article-' || id, id, section, tags, '{en,ru,zh}', published, published,
                pg_temp.marked('english', en_title || ' ' || en_body, en_title, id),
                pg_temp.marked('russian', ru_title || ' ' || ru_body, ru_title, id),
                pg_temp.marked('simple', zh_pairs, zh_title_pairs, id),
                en_title || e'\n\n' || en_body, ru_title || e'\n\n' || ru_body, zh_title || e'\n\n' || zh_body
              from staged order by published;
            select indexdef from indexes \gexec
            insert into articles.mt_doc_articlesummary (id, published_at, section, data)
              select 'article-' || id, published, section, jsonb_build_object(
                'id', 'article-' || id, 'section', section, 'tags', to_jsonb(tags), 'publishedAt', published,
                'headings', jsonb_build_object(
                  'en', jsonb_build_object('title', en_title, 'lead', left(en_body, 200), 'slug', 'e-' || id),
                  'ru', jsonb_build_object('title', ru_title, 'lead', left(ru_body, 200), 'slug', 'r-' || id),
                  'zh', jsonb_build_object('title', zh_title, 'lead', left(zh_body, 60), 'slug', 'z-' || id)))
              from staged order by published;
            insert into articles.dictionary (lang, word, uses)
              select lang, word, count(*) from staged, lateral (
                select distinct 'en', regexp_split_to_table(en_title || ' ' || en_body, ' ')
                union all select distinct 'ru', regexp_split_to_table(ru_title || ' ' || ru_body, ' ')) words(lang, word)
              group by lang, word order by lang, word
              on conflict (lang, word) do update set uses = dictionary.uses + excluded.uses;
            vacuum analyze articles.dictionary;
            vacuum analyze articles.article_index;
            vacuum analyze articles.mt_doc_articlesummary;
            """);
        await Command.Run("psql", ["-qX", "-v", "ON_ERROR_STOP=1", "-f", script], PrivateSystem.PostgresClient("articles"));
        File.Delete(file);
        File.Delete(script);
    }
}
