package dev.backstop.cdi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.ChangeNotes;
import dev.backstop.config.Configuration;
import dev.backstop.testing.Narayana;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Threads;
import dev.backstop.testing.projects.Page;
import jakarta.inject.Inject;
import java.lang.reflect.Proxy;
import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.spi.InitialContextFactory;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A container that has transactions, under one of the names that servers give their registry. */
class ContainerTransactionsTest {
  private static final String FACTORY = Context.INITIAL_CONTEXT_FACTORY;

  static class User {
    @Inject
    @CacheName("feeds")
    BackedCache<String, String> feeds;
  }

  /** Names with the registry under one of them. */
  public static final class Names implements InitialContextFactory {
    static String bound = "";
    static @Nullable Object registry;
    static @Nullable Object dataSource;

    @Override
    public Context getInitialContext(Hashtable<?, ?> environment) {
      return (Context)
          Proxy.newProxyInstance(
              Names.class.getClassLoader(),
              new Class<?>[] {Context.class},
              (self, method, arguments) -> {
                if (!method.getName().equals("lookup")) {
                  return null; // it is closed
                }
                if ("java:app/jdbc/pages".equals(arguments[0]) && dataSource != null) {
                  return dataSource;
                }
                if (!bound.equals(arguments[0])) {
                  throw new NameNotFoundException(bound);
                }
                return registry;
              });
    }
  }

  private final Narayana narayana = new Narayana();

  @BeforeEach
  void bind() {
    System.setProperty(FACTORY, Names.class.getName());
    Names.registry = narayana.registry();
  }

  @AfterEach
  void unbind() throws Exception {
    System.clearProperty(FACTORY);
    Names.registry = null;
    Names.dataSource = null;
    narayana.close();
  }

  @ParameterizedTest
  @CsvSource({
    "java:comp/TransactionSynchronizationRegistry, true, true",
    "java:jboss/TransactionSynchronizationRegistry, true, true",
    "java:appserver/TransactionSynchronizationRegistry, true, true",
    "java:comp/TransactionSynchronizationRegistry, false, false",
    "java:comp/another, true, false",
  })
  void theRegistryIsFound_unlessItIsSwitchedOff(String name, String setting, boolean isFound)
      throws Exception {
    Names.bound = name;
    try (Application application =
        Application.onH2("transactions")
            .set(Configuration.TRANSACTIONS, setting)
            .start(User.class)) {
      BackedCache<String, String> feeds = application.bean(User.class).feeds;
      narayana.manager().begin();
      String key = name + setting; // the database is the same
      feeds.put(key, "new");
      assertThat(Threads.start(() -> feeds.contains(key)).join()).isEqualTo(!isFound);
      narayana.manager().commit();
      assertThat(feeds.contains(key)).isTrue();
    }
  }

  private static Application noting() {
    return Application.onH2("noting").set(Configuration.CHANGE_NOTES, "java:app/jdbc/pages");
  }

  @Test
  void changesAreNotedInTheDataSourceThatIsSet() throws Exception {
    Names.bound = "java:comp/TransactionSynchronizationRegistry";
    JdbcDataSource pages = new JdbcDataSource();
    pages.setURL("jdbc:h2:mem:noting-pages;DB_CLOSE_DELAY=-1");
    Names.dataSource = pages;
    Sql.run(pages, Page.tables().toArray(String[]::new));
    try (Application unused = noting().start(User.class)) {
      narayana.manager().begin();
      new ChangeNotes().changed(new Page(1, "new"));
      narayana.manager().commit();
    }
    assertThat(Sql.ask(pages, "select entity_id from backstop_change")).isEqualTo("1");
  }

  @Test
  void withoutThatDataSource_orTransactions_nothingStarts() {
    Names.bound = "java:comp/TransactionSynchronizationRegistry";
    try (Application without = noting()) {
      assertThatThrownBy(() -> without.start(User.class))
          .hasStackTraceContaining(
              "backstop.change-notes: nothing is bound to java:app/jdbc/pages");
      assertThatThrownBy(() -> without.set(Configuration.TRANSACTIONS, "false").start(User.class))
          .hasStackTraceContaining(
              "backstop.change-notes: the container has no transactions, or they are off");
    }
  }
}
