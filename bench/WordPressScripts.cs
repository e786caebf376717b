namespace Bench;

/// <summary>
/// The PHP scripts that run WordPress from <c>/usr/share/wordpress</c> with a configuration of their own, in place of the one that Debian's
/// package would look for in <c>/etc/wordpress</c>.
/// </summary>
internal static class WordPressScripts
{
    public const string Index = "index.php", Install = "install.php", Fill = "fill.php";
    private const string Configuration = "configuration.php";

    /// <summary>The scripts by file name.</summary>
    public static IEnumerable<(string Name, string Text)> All(string folder, string databaseSocket, int posts) =>
    [
        (Configuration, $"""
            <?php
            define('ABSPATH', '/usr/share/wordpress/');
            define('DB_HOST', 'localhost:{databaseSocket}');
            define('DB_NAME', 'wordpress');
            define('DB_USER', 'root');
            define('DB_PASSWORD', '');
            define('DB_CHARSET', 'utf8mb4');
            define('DB_COLLATE', '');
            define('WP_HOME', '{Nginx.Address}');
            define('WP_SITEURL', '{Nginx.Address}');
            define('WP_CONTENT_DIR', '{folder}/content');
            define('WP_HTTP_BLOCK_EXTERNAL', true);
            define('DISABLE_WP_CRON', true);
            $table_prefix = 'wp_';
            require ABSPATH . 'wp-settings.php';
            """),
        (Index, $"""
            <?php
            require __DIR__ . '/{Configuration}';
            wp();
            """),
        (Install, $$"""
            <?php
            define('WP_INSTALLING', true);
            function wp_mail() { return true; } // It would inform the administrator.
            require __DIR__ . '/{{Configuration}}';
            require ABSPATH . 'wp-admin/includes/upgrade.php';
            wp_install('Benchmark', 'editor', 'editor@example.org', true, '', 'unused');
            """),
        (Fill, $$"""
            <?php
            require __DIR__ . '/{{Configuration}}';
            for ($i = 0; $i < {{posts}}; $i++) {
              $ids[] = wp_insert_post([
                'post_title' => "Article $i", 'post_status' => 'publish', 'post_author' => 1,
                'post_excerpt' => '{{Site.Lead}}',
                'post_content' => str_repeat('{{Site.Paragraph}}', {{Site.Paragraphs}}),
              ]);
            }
            echo "\n", json_encode($ids), "\n";
            """),
    ];
}
