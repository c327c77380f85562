package dev.backstop.it;

/** Made at the first use, so that a run without PostgreSQL's tests starts none. */
final class SharedServer {
  static final PostgresServer INSTANCE = choose();

  private SharedServer() {}

  private static PostgresServer choose() {
    String url = System.getenv("BACKSTOP_TEST_POSTGRES_URL");
    return url == null || url.isBlank()
        ? new EmbeddedServer()
        : new GivenServer(
            url,
            System.getenv().getOrDefault("BACKSTOP_TEST_POSTGRES_USER", "postgres"),
            System.getenv().getOrDefault("BACKSTOP_TEST_POSTGRES_PASSWORD", ""));
  }
}
