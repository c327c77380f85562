package dev.backstop.cdi;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.util.List;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What can't work fails the deployment, and says where, and what to do. */
class RefusalsTest {
  private static final String HERE = RefusalsTest.class.getName() + "$";
  private static final String DO =
      ". Declare it as in @Inject @CacheName(\"feeds\") BackedCache<String, Feed> feeds";

  @SuppressWarnings("rawtypes")
  static class Raw {
    @Inject
    @CacheName("feeds")
    BackedCache feeds;
  }

  static class Wildcard {
    @Inject
    @CacheName("feeds")
    BackedCache<String, ?> feeds;
  }

  static class GenericKey {
    @Inject
    @CacheName("feeds")
    BackedCache<List<String>, String> feeds;
  }

  static class OddKey {
    @Inject
    @CacheName("feeds")
    BackedCache<Thread, String> feeds;
  }

  static class Unnamed {
    @Inject BackedCache<String, String> feeds;
  }

  static class BadName {
    @Inject
    @CacheName("a b")
    BackedCache<String, String> feeds;
  }

  @Entity
  static class Row {
    @Id long id;
  }

  static class OfEntities {
    @Inject
    @CacheName("rows")
    BackedCache<String, List<Row>> rows;
  }

  static class Two {
    @Inject
    @CacheName("feeds")
    BackedCache<String, Integer> numbers;

    @Inject
    void texts(@CacheName("feeds") BackedCache<String, String> texts) {}
  }

  static class OtherSpec {
    @Produces
    @CacheName("feeds")
    static final CacheSpec<String, Long> SPEC = CacheSpec.of("feeds", String.class, Long.class);

    @Inject
    @CacheName("feeds")
    BackedCache<String, String> feeds;
  }

  static Stream<Arguments> injectionPoints() {
    return Stream.of(
        Arguments.of(Raw.class, "Raw.feeds: a cache needs the types of its keys and values" + DO),
        Arguments.of(
            Wildcard.class, "Wildcard.feeds: a cache needs values of one type, not of ?" + DO),
        Arguments.of(
            GenericKey.class,
            "GenericKey.feeds: a cache needs keys of one class, not of"
                + " java.util.List<java.lang.String>"
                + DO),
        Arguments.of(OddKey.class, "OddKey.feeds: keyType must be a String, boxed primitive"),
        Arguments.of(Unnamed.class, "Unnamed.feeds: a cache needs a name" + DO),
        Arguments.of(
            BadName.class,
            "BadName.feeds: a cache can't be: name must be 1 to 64 of A-Z a-z 0-9 _ . -, was a b"),
        Arguments.of(
            OfEntities.class,
            "OfEntities.rows: valueType must not name an entity, was java.util.List<"
                + HERE
                + "Row>"),
        Arguments.of(
            Two.class,
            "Two.numbers, and BackedCache<java.lang.String, java.lang.String> at "
                + HERE
                + "Two.texts, parameter 1. Give one of them another name"),
        Arguments.of(
            OtherSpec.class,
            "OtherSpec.feeds, and BackedCache<java.lang.String, java.lang.Long> at "
                + HERE
                + "OtherSpec.SPEC. Give one of them another name"));
  }

  @ParameterizedTest
  @MethodSource("injectionPoints")
  void injectionPoint_isNamed(Class<?> bean, String message) {
    try (Application application = Application.onH2("refused")) {
      assertThatThrownBy(() -> application.start(bean)).hasMessageContaining(HERE + message);
    }
  }

  static class Good {
    @Inject
    @CacheName("feeds")
    BackedCache<String, String> feeds;
  }

  static class Looked {
    @Inject Backstop backstop;
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        Arguments.of(
            "backstop.cache.feeds.ttl",
            "soon",
            HERE + "Good.feeds: backstop.cache.feeds.ttl must be a duration"),
        Arguments.of(
            "backstop.transactions",
            "perhaps",
            "backstop.transactions must be true or false, was \"perhaps\""),
        Arguments.of("backstop.pool-size", "1", "backstop.pool-size: poolSize must be at least 2"),
        Arguments.of(
            "backstop.cache.feeds.codec",
            "xml",
            HERE
                + "Good.feeds: backstop.cache.feeds.codec must be the id of a codec that is there, one of"
                + " [json], was \"xml\""),
        Arguments.of(
            "backstop.data-source",
            "java:app/jdbc/backups",
            "one database for its backups, and has backstop.jdbc-url, and backstop.data-source"));
  }

  @ParameterizedTest
  @MethodSource("settings")
  void setting_isNamed(String name, String value, String message) {
    try (Application application = Application.onH2("refused").set(name, value)) {
      assertThatThrownBy(() -> application.start(Good.class)).hasMessageContaining(message);
    }
  }

  @ParameterizedTest
  @MethodSource("users")
  void noDatabase_isSaid_alsoWhereTheApplicationHasADefaultOne(Class<?> user) {
    try (Application application = new Application()) {
      assertThatThrownBy(() -> application.start(user, DefaultDataSource.class))
          .hasMessageContaining(
              "Backstop has no database for its backups. Set backstop.jdbc-url (for a start:"
                  + " jdbc:h2:./backups) or backstop.data-source (a name by JNDI), or produce a"
                  + " @ForBackstop DataSource");
    }
  }

  static Class<?>[] users() {
    return new Class<?>[] {Good.class, Looked.class};
  }

  static class DefaultDataSource {
    @Produces static final DataSource DATA_SOURCE = new org.h2.jdbcx.JdbcDataSource();
  }

  @Test
  void nameThatIsNotTheContainers_isNotAskedFor() {
    try (Application application =
        new Application().set("backstop.data-source", "ldap://localhost/x")) {
      assertThatThrownBy(() -> application.start(Good.class))
          .hasStackTraceContaining("it must be a name of the container's: java:app/jdbc/backups");
    }
  }
}
