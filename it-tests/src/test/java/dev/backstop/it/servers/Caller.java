package dev.backstop.it.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Who uses a cache in the middle of a transaction, with a key and rows of its own. */
final class Caller {
  private final Asking server;
  private final Application application;
  private final String id;

  Caller(Asking server, Application application, String what) {
    this.server = server;
    this.application = application;
    this.id = "one that " + what;
  }

  /** What the cache answered, between the transaction's status before and after it. */
  String does(String first, String cache, String end) throws IOException {
    return does(first, cache, end, 0);
  }

  /** The same, while it holds so many connections outside of the transaction. */
  String does(String first, String cache, String end, int held) throws IOException {
    return server.ask(
        application.path(),
        "transaction",
        "id",
        key(),
        "first",
        first,
        "cache",
        cache,
        "end",
        end,
        "hold",
        Integer.toString(held));
  }

  void hasRows(int count) throws IOException {
    String query = "select count(*) from caller where id like '%s%%'".formatted(key());
    assertThat(server.sqlOfCaller(application, query)).isEqualTo(Integer.toString(count));
  }

  /** The caller need not have waited for it. */
  void hasBackup() {
    String query =
        "select count(*) from backstop_backup where blob is not null and cache_key = '%s'"
            .formatted(key());
    Eventually.holds(
        () -> {
          try {
            return server.sql(application, query).equals("1");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        "a backup of " + key());
  }

  /** The title that is found without a load outside of transactions, or "nothing". */
  String isSeenAs() throws IOException {
    return server.ask(application.path(), "transaction", "look", key());
  }

  void hasNoBackup() throws IOException {
    String query =
        "select count(*) from backstop_backup where blob is not null and cache_key = '%s'"
            .formatted(key());
    assertThat(server.sql(application, query)).isEqualTo("0");
  }

  /** A fresh one, in this application's cache. */
  void hasOld() throws IOException {
    server.ask(application.path(), "cache", "do", "put", "key", key(), "value", "Old");
    assertThat(isSeenAs()).isEqualTo("Old");
  }

  void hasBackupFromElsewhere() throws IOException {
    server.ask(application.path(), "cache", "do", "put elsewhere", "key", key(), "value", "News");
  }

  private String key() {
    return id + application.ordinal();
  }
}
