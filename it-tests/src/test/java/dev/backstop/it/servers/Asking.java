package dev.backstop.it.servers;

import java.io.IOException;

/** Who can ask the applications of a running server. */
interface Asking {
  /** What it answers to a request with these parameters, a name and a value each. */
  String ask(String application, String path, String... parameters) throws IOException;

  /** Where that application's caller looks up its data source. */
  String jndiName(Application application);

  /** What the application's backups' database answers to a query. */
  default String sql(Application application, String query) throws IOException {
    return application.isOnPool()
        ? sqlOfCaller(application, query)
        : ask(application.path(), "sql", "query", query);
  }

  /** What the database of the application's caller answers to a query. */
  default String sqlOfCaller(Application application, String query) throws IOException {
    return ask(application.path(), "sql", "query", query, "pool", jndiName(application));
  }
}
