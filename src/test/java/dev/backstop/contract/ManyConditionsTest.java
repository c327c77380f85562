package dev.backstop.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backstop.BackedCache;
import dev.backstop.BackupFilter;
import dev.backstop.BackupUnavailableException;
import dev.backstop.CacheSpec;
import dev.backstop.Policy;
import dev.backstop.testing.Logged;
import dev.backstop.testing.projects.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLTimeoutException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which conditions can be asked of the backups, and which can't. */
class ManyConditionsTest extends Fixture {
  record Project(String name, int department) {}

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private BackedCache<Long, Project> projects() {
    BackedCache<Long, Project> projects =
        open().cache(CacheSpec.of("projects", Long.class, Project.class).ttl(TTL));
    projects.putAll(
        Map.of(
            1L, new Project("barn", 7),
            2L, new Project("shed", 8),
            3L, new Project("attic", 7),
            4L, new Project("77", 77)),
        TTL);
    return projects;
  }

  /** As {@code docs/invalidation.md} has it. */
  private static String department() throws Exception {
    return SchemaTest.isPostgres()
        ? "(convert_from(b.blob, 'UTF8')::jsonb ->> 'department')::int = :department"
        : "(utf8tostring(b.blob) format json).\"department\" = cast(:department as json)";
  }

  @Test
  void sql_everyProjectOfDepartment7() throws Exception {
    BackedCache<Long, Project> projects = projects();
    assertThat(Files.readString(Path.of("../docs/invalidation.md"))).contains(department());
    assertThat(projects.expireAll(BackupFilter.sql(department(), Map.of("department", 7))))
        .isEqualTo(2);
    assertThat(Stream.of(1L, 2L, 3L, 4L).filter(projects::contains)).containsExactly(2L, 4L);
  }

  @Test
  void sql_whatATableOfYoursSays() throws Exception {
    BackedCache<Long, Project> projects = projects();
    run(Task.TABLE);
    run("insert into task (id, project) values (1, 'seven'), (3, 'seven'), (4, 'eight')");
    String condition =
        "b.cache_key in (select cast(t.id as varchar) from task t where t.project = :project)";
    assertThat(projects.removeAll(BackupFilter.sql(condition, Map.of("project", "seven"))))
        .isEqualTo(2);
    assertThat(Stream.of(1L, 2L, 3L, 4L).filter(projects::contains)).containsExactly(2L, 4L);
  }

  /** Four entries that differ in all that a condition can look at. */
  private BackedCache<String, String> entries() throws Exception {
    clock.set(START);
    BackedCache<String, String> cache = cache();
    for (int i = 1; i <= 4; i++) {
      String n = "" + i;
      cache.getWith(
          n,
          context -> {
            context.etag("etag" + n);
            context.lastModified(START.minusSeconds(60L * Integer.parseInt(n)));
            return "v" + n;
          },
          Policy.ttl(TTL.multipliedBy(i)).fingerprint(() -> "print" + n));
      clock.advance(MOMENT);
    }
    return cache;
  }

  private static void meansTheFirstTwo(BackedCache<String, String> cache, BackupFilter which) {
    assertThat(cache.removeAll(which)).isEqualTo(2);
    assertThat(Stream.of("1", "2", "3", "4").filter(cache::contains)).containsExactly("3", "4");
  }

  static Stream<BackupFilter> withParameters() {
    return Map.<String, Map<String, ?>>of(
            "b.etag in (:etags)", Map.of("etags", List.of("etag1", "etag2", "none")),
            "b.fingerprint <= :print", Map.of("print", "print2"),
            "b.etag = :one or b.etag = :two", Map.of("one", "etag1", "two", "etag2"))
        .entrySet()
        .stream()
        .flatMap(
            way ->
                Stream.of(
                    BackupFilter.sql(way.getKey(), way.getValue()),
                    BackupFilter.jpql(way.getKey().replace("(:etags)", ":etags"), way.getValue())));
  }

  @ParameterizedTest
  @MethodSource("withParameters")
  void theyTakeParameters(BackupFilter which) throws Exception {
    meansTheFirstTwo(entries(), which);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "createdAt < :moment",
        "expiresAt < :expiry",
        "lastAccess < :moment",
        "lastModified > :modified"
      })
  void jpql_comparesMoments(String condition) throws Exception {
    Map<String, Object> moments = new HashMap<>();
    Map.of(
            "moment", START.plusSeconds(2),
            "expiry", START.plus(TTL.multipliedBy(3)),
            "modified", START.minusSeconds(150))
        .forEach(
            (name, value) -> {
              if (condition.contains(":" + name)) {
                moments.put(name, value);
              }
            });
    meansTheFirstTwo(entries(), BackupFilter.jpql("b." + condition, moments));
  }

  @Test
  void jpql_otherAttributes() throws Exception {
    BackedCache<String, String> cache = entries();
    String condition =
        "b.codec = :codec and b.format = :format and b.typeFingerprint is not null and"
            + " b.expiredAt is null and b.cacheKey < '3'";
    meansTheFirstTwo(cache, BackupFilter.jpql(condition, Map.of("codec", "json", "format", 1)));
  }

  @Test
  void sql_takesMomentsListsCommentsAndQuotes() throws Exception {
    meansTheFirstTwo(
        entries(),
        BackupFilter.sql(
            "b.created_at < :moment and b.last_access < :date and ':no' <> ')' -- a comment",
            Map.of("moment", START.plusSeconds(2), "date", Date.from(START.plusSeconds(3)))));
  }

  @Test
  void sql_anEmptyListMeansNothing() throws Exception {
    BackupFilter none = BackupFilter.sql("b.etag in (:none)", Map.of("none", List.of()));
    assertThat(entries().removeAll(none)).isZero();
  }

  @Test
  void aValue_isNeverMadePartOfTheText() throws Exception {
    Map<String, ?> nasty = Map.of("etag", "' or 1 = 1 or '' = '");
    assertThat(entries().removeAll(BackupFilter.sql("b.etag = :etag", nasty))).isZero();
    assertThat(cache().removeAll(BackupFilter.jpql("b.etag = :etag", nasty))).isZero();
  }

  @Test
  void anOr_doesNotLeaveTheCache() throws Exception {
    BackedCache<String, String> cache = entries();
    open(builder -> builder.namespace("shop"));
    BackedCache<Long, Project> projects = projects();
    assertThat(cache.removeAll(BackupFilter.sql("1 = 0 or 1 = 1", Map.of()))).isEqualTo(4);
    assertThat(projects.removeAll(BackupFilter.jpql("1 = 0 or 1 = 1", Map.of()))).isEqualTo(4);
    assertThat(ask("select count(*) from backstop_backup where blob is null")).isEqualTo("8");
  }

  static Stream<BackupFilter> wrong() {
    return Stream.of(
        BackupFilter.sql("b.nothing = 1", Map.of()),
        BackupFilter.sql("b.etag = = 'x'", Map.of()),
        BackupFilter.sql("nothing(b.etag)", Map.of()),
        BackupFilter.sql("cast(b.etag as int) = 1", Map.of()),
        BackupFilter.sql("'open", Map.of()),
        BackupFilter.sql("b.created_at < :moment", Map.of("moment", "never")),
        BackupFilter.jpql("b.nothing = 1", Map.of()),
        BackupFilter.jpql("b.etag = = 'x'", Map.of()),
        BackupFilter.jpql("b.etag = :missing", Map.of()),
        BackupFilter.jpql("b.etag = :etag", Map.of("etag", "x", "other", "y")),
        BackupFilter.jpql("b.createdAt < :moment", Map.of("moment", "never")),
        BackupFilter.jpql("b.etag in (select p.name from Project p)", Map.of()));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aWrongCondition_isNamed_changesNothing_andIsNoOutage(BackupFilter which) throws Exception {
    BackedCache<String, String> cache = entries();
    try (Logged logged = new Logged()) {
      assertThatThrownBy(() -> cache.expireAll(which))
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("which must be ")
          .hasMessageContaining(which.text());
      assertThat(logged.messages(Level.WARNING)).isEmpty();
    }
    assertThat(Arrays.asList("1", "2", "3", "4")).allMatch(cache::contains);
    cache.put("5", "v"); // durable, or it would throw
  }

  @Test
  void aSlowCondition_isNoOutage() throws Exception {
    BackedCache<String, String> cache = entries();
    database.failNext(1, "slow", new SQLTimeoutException("canceled", "57014"));
    BackupFilter slow = BackupFilter.sql("b.etag <> 'slow'", Map.of());
    try (Logged logged = new Logged()) {
      assertThatThrownBy(() -> cache.expireAll(slow))
          .isInstanceOf(BackupUnavailableException.class)
          .hasMessageContaining("b.etag <> 'slow'");
      assertThat(logged.messages(Level.WARNING)).isEmpty();
    }
    assertThat(cache.expireAll(slow)).isEqualTo(4);
  }
}
