package dev.backstop.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.BackupFilter;
import dev.backstop.BackupReads;
import dev.backstop.CacheSpec;
import dev.backstop.CacheTier;
import dev.backstop.CacheTransaction;
import dev.backstop.Changes;
import dev.backstop.Durability;
import dev.backstop.Entry;
import dev.backstop.GenericType;
import dev.backstop.KeyLocks;
import dev.backstop.Origin;
import dev.backstop.Policy;
import dev.backstop.codec.JavaCodec;
import dev.backstop.jcache.BackupCacheLoader;
import dev.backstop.jcache.BackupCacheWriter;
import dev.backstop.jcache.JCacheTier;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Sql;
import dev.backstop.testing.projects.Task;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.Persistence;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.integration.CacheLoader;
import javax.cache.integration.CacheWriter;
import javax.cache.spi.CachingProvider;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each region is shown in a document, word for word; {@link DocumentsTest} holds that. */
class SnippetsTest {
  record Feed(String title) {}

  record Project(String name) {}

  record Report(List<Line> lines) implements Serializable {}

  static class Basket {
    public List<String> goods = new ArrayList<>();
  }

  record Line(String text) implements Serializable {}

  private boolean down;
  private String printed = "";
  private int asked;

  private Feed fetch(String name) throws IOException {
    if (down) {
      throw new IOException("Connection refused");
    }
    return new Feed(name);
  }

  private void print(String text) {
    printed = text;
  }

  @Test
  void quickStart(@TempDir Path directory) throws Exception {
    String url = "jdbc:h2:" + directory.resolve("backups");
    for (int start = 1; start <= 2; start++) {
      down = start == 2;
      // region quick-start
      try (Backstop backstop = Backstop.builder().jdbcUrl(url).build()) {
        BackedCache<String, Feed> feeds =
            backstop.cache(
                CacheSpec.of("feeds", String.class, Feed.class).ttl(Duration.ofMinutes(5)));

        Feed feed = feeds.get("planet", () -> fetch("planet")); // throws only what fetch throws
        print(feed.title());
      }
      // endregion
      assertThat(printed).isEqualTo("planet");
    }
  }

  @Test
  void policies() throws Exception {
    try (H2Database database = H2Database.inMemory();
        Backstop backstop = Backstop.builder().dataSource(database.dataSource()).build()) {
      // region policy
      Policy patient =
          Policy.ttl(Duration.ofMinutes(5))
              .softTimeout(Duration.ofMillis(300)) // a backup answers when the source is this slow
              .hardTimeout(Duration.ofSeconds(5)) // the load counts as failed
              .maxStale(Duration.ofDays(1)) // nothing older stands in
              .refreshAhead(0.8) // reload in the background from minute 4 on
              .standInOn(failure -> failure instanceof IOException); // a bug is not an outage

      BackedCache<String, Feed> feeds =
          backstop.cache(CacheSpec.of("feeds", String.class, Feed.class).policy(patient));
      // endregion

      // region entry
      Entry<Feed> entry = feeds.entry("planet", () -> fetch("planet"), Policy.unset());
      if (entry.origin() == Origin.STAND_IN) {
        print("As of " + entry.createdAt() + ", because " + entry.failure().message());
      }
      // endregion
      assertThat(entry.origin()).isEqualTo(Origin.SOURCE);
      down = true;
      feeds.expire("planet");
      Entry<Feed> standIn = feeds.entry("planet", () -> fetch("planet"), Policy.unset());
      assertThat(standIn.origin()).isEqualTo(Origin.STAND_IN);

      // region changes
      feeds.put("planet", new Feed("Planet Java")); // known to be true now
      feeds.expire("planet"); // no longer fresh, may still stand in
      feeds.expireCreatedBefore(entry.createdAt()); // the same for all that is older
      feeds.remove("planet"); // forgotten in every tier
      feeds.clear(); // everything is forgotten
      // endregion
      assertThat(catchThrowable(() -> feeds.get("planet", () -> fetch("planet"))))
          .isInstanceOf(IOException.class);
    }
  }

  private static void updateTitle(Connection connection, String title) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("update book set title = '" + title + "'");
    }
  }

  @Test
  void transaction() throws Exception {
    try (H2Database database = H2Database.inMemory();
        Connection connection = database.dataSource().getConnection();
        Backstop backstop = Backstop.builder().dataSource(database.dataSource()).build()) {
      Sql.run(
          database.dataSource(),
          "create table book (title varchar(20))",
          "insert into book values ('old')");
      connection.setAutoCommit(false);
      BackedCache<Long, String> books =
          backstop.cache(CacheSpec.of("books", Long.class, String.class));
      books.put(1L, "old");
      // region transaction
      try (CacheTransaction transaction = backstop.transaction()) {
        updateTitle(connection, "new");
        books.remove(1L);
        connection.commit();
        transaction.committed();
      }
      // endregion
      assertThat(books.peek(1L)).isEmpty();
    }
  }

  private record Response(int status, Optional<String> etag, Feed feed) {}

  /** A source that knows one state of each feed. */
  private Response ask(String name, Optional<String> known) {
    asked++;
    return known.isPresent()
        ? new Response(304, known, null)
        : new Response(200, Optional.of("\"1\""), new Feed(name));
  }

  @Test
  void conditionalRequests() {
    try (H2Database database = H2Database.inMemory();
        Backstop backstop = Backstop.builder().dataSource(database.dataSource()).build()) {
      BackedCache<String, Feed> feeds =
          backstop.cache(CacheSpec.of("feeds", String.class, Feed.class));
      for (int round = 1; round <= 2; round++) {
        // region context
        Feed feed =
            feeds.getWith(
                "planet",
                context -> {
                  Response response = ask("planet", context.etag()); // by If-None-Match
                  if (response.status() == 304) {
                    return context.notModified(); // keep the value, with a new stamp and ttl
                  }
                  response.etag().ifPresent(context::etag);
                  return response.feed();
                },
                Policy.unset());
        // endregion
        assertThat(feed).isEqualTo(new Feed("planet"));
        assertThat(asked).isEqualTo(round);
        feeds.expire("planet");
      }
    }
  }

  @Test
  void tiers(@TempDir Path directory) throws Exception {
    CachingProvider provider =
        Caching.getCachingProvider("org.ehcache.jsr107.EhcacheCachingProvider");
    try (H2Database database = H2Database.inMemory();
        CacheManager manager = provider.getCacheManager();
        Backstop backstop =
            Backstop.builder().dataSource(database.dataSource()).diskDirectory(directory).build()) {
      Cache<String, byte[]> ofTheCluster =
          manager.createCache(
              "backstop",
              new MutableConfiguration<String, byte[]>().setTypes(String.class, byte[].class));
      // region tiers
      BackedCache<String, Feed> feeds =
          backstop.cache(
              CacheSpec.of("feeds", String.class, Feed.class)
                  .heapEntries(1_000)
                  .offHeapBytes(64L << 20)
                  .diskBytes(1L << 30) // in the builder's diskDirectory
                  .tiers(JCacheTier.of("shared", ofTheCluster)));
      // endregion

      // region tier-choice
      Policy pastTheFastTier =
          Policy.unset().withoutReading(CacheTier.HEAP, CacheTier.OFF_HEAP, CacheTier.DISK);
      Policy nowhereOnDisk = Policy.unset().withoutWriting(CacheTier.DISK, CacheTier.BACKUPS);
      // endregion
      assertThat(feeds.get("planet", () -> fetch("planet"), nowhereOnDisk))
          .isEqualTo(new Feed("planet"));
      assertThat(feeds.entry("planet", () -> fetch("another"), pastTheFastTier).value())
          .isEqualTo(new Feed("planet"));
      assertThat(backstop.tiers())
          .extracting(report -> report.tier() + " " + report.answered())
          .containsExactly("off-heap 0", "disk 0", "shared 1");
    }
  }

  @Test
  void behindAnotherCache() throws Exception {
    CachingProvider provider =
        Caching.getCachingProvider("org.ehcache.jsr107.EhcacheCachingProvider");
    javax.cache.expiry.Duration thirtySeconds =
        new javax.cache.expiry.Duration(TimeUnit.SECONDS, 30);
    Shelf yourLoader = new Shelf();
    Shelf yourWriter = yourLoader;
    try (H2Database database = H2Database.inMemory();
        Backstop backstop = Backstop.builder().dataSource(database.dataSource()).build();
        CacheManager manager = provider.getCacheManager()) {
      // region read-through
      BackedCache<String, Feed> backups =
          backstop.cache(
              CacheSpec.of("feeds", String.class, Feed.class).ttl(Duration.ofMinutes(5)));

      Cache<String, Feed> feeds =
          manager.createCache(
              "feeds",
              new MutableConfiguration<String, Feed>()
                  .setTypes(String.class, Feed.class)
                  .setStoreByValue(false)
                  .setExpiryPolicyFactory(CreatedExpiryPolicy.factoryOf(thirtySeconds))
                  .setReadThrough(true)
                  .setCacheLoaderFactory(() -> new BackupCacheLoader<>(backups, yourLoader))
                  .setWriteThrough(true)
                  .setCacheWriterFactory(() -> new BackupCacheWriter<>(backups, yourWriter)));

      Feed feed = feeds.get("planet"); // or its backup
      // endregion
      assertThat(feed).isEqualTo(new Feed("planet"));
      feeds.put("comet", new Feed("Comet"));
      assertThat(yourWriter.feeds).containsEntry("comet", new Feed("Comet"));
      assertThat(backups.peek("comet")).isPresent();

      Member.backups = backups;
      // region read-through-sent
      Factory<CacheLoader<String, Feed>> factory =
          () ->
              new BackupCacheLoader<>(
                  Member.backups(), // static, and so each member's own
                  Member.loader(),
                  Policy.unset().withoutReading(CacheTier.HEAP).withoutWriting(CacheTier.HEAP));
      // endregion
      yourLoader.feeds.put("planet", new Feed("Planet Java"));
      assertThat(received(factory).create().load("planet")).isEqualTo(new Feed("planet"));
    }
  }

  /** Feeds that can be written, and all others. */
  private static final class Shelf implements CacheLoader<String, Feed>, CacheWriter<String, Feed> {
    final Map<String, Feed> feeds = new HashMap<>();

    @Override
    public Feed load(String name) {
      return feeds.getOrDefault(name, new Feed(name));
    }

    @Override
    public Map<String, Feed> loadAll(Iterable<? extends String> names) {
      Map<String, Feed> all = new HashMap<>();
      names.forEach(name -> all.put(name, load(name)));
      return all;
    }

    @Override
    public void write(Cache.Entry<? extends String, ? extends Feed> entry) {
      feeds.put(entry.getKey(), entry.getValue());
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ? extends Feed>> entries) {
      entries.forEach(this::write);
    }

    @Override
    public void delete(Object name) {
      feeds.remove(name);
    }

    @Override
    public void deleteAll(Collection<?> names) {
      names.forEach(this::delete);
    }
  }

  /** What a process of a cluster has. */
  private static final class Member {
    private static BackedCache<String, Feed> backups;

    static BackedCache<String, Feed> backups() {
      return backups;
    }

    static CacheLoader<String, Feed> loader() {
      return new Shelf();
    }
  }

  /** A copy as a provider sends it. */
  @SuppressWarnings("unchecked")
  private static <T> T received(T sent) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(sent);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (T) in.readObject();
    }
  }

  @Test
  void types() throws Exception {
    try (H2Database database = H2Database.inMemory();
        Backstop backstop = Backstop.builder().dataSource(database.dataSource()).build()) {
      // region generic
      BackedCache<Long, List<Project>> projects =
          backstop.cache(CacheSpec.of("projects", Long.class, new GenericType<List<Project>>() {}));
      // endregion
      assertThat(projects.get(7L, () -> List.of(new Project("one"))))
          .containsExactly(new Project("one"));

      // region java-codec
      BackedCache<String, Report> reports =
          backstop.cache(
              CacheSpec.of("reports", String.class, Report.class)
                  .codec(JavaCodec.allowing(Report.class, Line.class).maxBytes(1024 * 1024)));
      // endregion
      Report report = new Report(List.of(new Line("one")));
      assertThat(reports.get("today", () -> report)).isEqualTo(report);

      // region copied
      BackedCache<String, Basket> baskets =
          backstop.cache(CacheSpec.of("baskets", String.class, Basket.class).copied());
      // endregion
      baskets.get("mine", Basket::new).goods.add("mine alone");
      assertThat(baskets.get("mine", Basket::new).goods).isEmpty();

      // region durability
      BackedCache<String, Feed> feeds =
          backstop.cache(
              CacheSpec.of("feeds", String.class, Feed.class).durability(Durability.ASYNC));
      // endregion
      assertThat(feeds.get("planet", () -> fetch("planet"))).isEqualTo(new Feed("planet"));

      // region limits
      BackedCache<String, Feed> limited =
          backstop.cache(
              CacheSpec.of("limited", String.class, Feed.class)
                  .maxBackups(100_000)
                  .maxBackupBytes(500L * 1024 * 1024));
      // endregion
      assertThat(limited.get("one", () -> fetch("one"))).isEqualTo(new Feed("one"));

      // region while-fresh
      BackedCache<String, Feed> shared =
          backstop.cache(
              CacheSpec.of("feeds", String.class, Feed.class)
                  .policy(Policy.unset().backupReads(BackupReads.WHILE_FRESH)));
      // endregion
      assertThat(shared.get("planet", () -> fetch("planet"))).isEqualTo(new Feed("planet"));

      // region key-text
      BackedCache<LocalDate, Feed> archive =
          backstop.cache(
              CacheSpec.of("archive", LocalDate.class, Feed.class).keyText(LocalDate::toString));
      // endregion
      assertThat(archive.get(LocalDate.EPOCH, () -> fetch("first"))).isEqualTo(new Feed("first"));
    }
  }

  @Test
  void invalidation() throws Exception {
    try (H2Database database = H2Database.inMemory();
        Backstop backstop = Backstop.builder().dataSource(database.dataSource()).build()) {
      DataSource dataSource = database.dataSource();
      Sql.run(dataSource, Task.TABLE);
      BackedCache<Long, List<Project>> projects =
          backstop.cache(CacheSpec.of("projects", Long.class, new GenericType<List<Project>>() {}));
      try (EntityManagerFactory unit =
              Persistence.createEntityManagerFactory(
                  "projects", Map.of("jakarta.persistence.nonJtaDataSource", dataSource));
          EntityManager em = unit.createEntityManager()) {
        projects.get(7L, () -> List.of(new Project("old")));
        Long id = 7L;
        // region changed-since
        List<Project> mine =
            projects.get(
                id,
                () -> buildProjects(id),
                Policy.ttl(Duration.ofDays(1)) // if there is something new, it is loaded anyway
                    .changedSince(
                        Changes.jpql(
                            em,
                            "select t.id from Task t where t.project in :theirs and t.edited >= :stamp",
                            Map.of("theirs", projectsOf(id))))
                    .fingerprint(() -> countAndVersions(id)));
        // endregion
        assertThat(mine).containsExactly(new Project("barn")); // the old one had no fingerprint
      }

      Long id = 7L;
      // region ask-at-most-every
      Policy spared =
          Policy.ttl(Duration.ofDays(1))
              .changedSince(
                  Changes.sql(
                          dataSource,
                          "select id from task where project in (:theirs) and at_instant >= :stamp",
                          Map.of("theirs", projectsOf(id)))
                      .overlap(Duration.ofSeconds(30))) // no writer takes longer to commit
              .askAtMostEvery(Duration.ofSeconds(5));
      // endregion
      assertThat(projects.get(id, () -> List.of(), spared)).containsExactly(new Project("barn"));
    }
  }

  @Test
  void telling() throws Exception {
    try (H2Database database = H2Database.inMemory();
        Backstop backstop = Backstop.builder().dataSource(database.dataSource()).build()) {
      Sql.run(
          database.dataSource(),
          "create table employee (id bigint, department int)",
          "insert into employee values (1, 7), (2, 8)");
      // region version
      CacheSpec<Long, List<Project>> spec =
          CacheSpec.of("projects", Long.class, new GenericType<List<Project>>() {}).version(2);
      // endregion
      BackedCache<Long, List<Project>> projects = backstop.cache(spec);
      Duration day = Duration.ofDays(1);
      projects.putAll(Map.of(1L, List.of(), 2L, List.of(), 7L, List.of(), 421L, List.of()), day);
      Instant restored = Instant.EPOCH;
      Instant since = Instant.now().plus(day);
      // region many
      projects.removeAll(List.of(7L, 8L)); // these
      projects.expireCreatedBefore(restored); // whatever was loaded before a moment
      projects.expireAll(BackupFilter.keyPrefix("42")); // whose text begins so: 42, 421, 4200
      projects.expireAll(
          BackupFilter.sql( // whose row in backstop_backup, called b, is among those
              "b.cache_key in (select cast(e.id as varchar) from employee e where e.department = :d)",
              Map.of("d", 7)));
      long changed =
          projects.removeAll(
              BackupFilter.jpql("b.etag is null and b.createdAt < :since", Map.of("since", since)));
      // endregion
      assertThat(changed).isEqualTo(3);
      assertThat(projects.peek(2L)).isEmpty();
    }
  }

  private static List<Project> buildProjects(Long employee) {
    return projectsOf(employee).stream().map(Project::new).toList();
  }

  private static List<String> projectsOf(Long employee) {
    return employee == 7 ? List.of("barn") : List.of();
  }

  private static String countAndVersions(Long employee) {
    return employee + ": 3 rows, 12";
  }

  private Map<String, Feed> fetchAll(Set<String> names) {
    return names.stream().collect(Collectors.toMap(name -> name, Feed::new));
  }

  @Test
  void manyKeys() {
    try (H2Database database = H2Database.inMemory();
        Backstop backstop = Backstop.builder().dataSource(database.dataSource()).build()) {
      BackedCache<String, Feed> feeds =
          backstop.cache(CacheSpec.of("feeds", String.class, Feed.class));
      feeds.put("comet", new Feed("old comet"));
      feeds.expire("comet");
      down = true;
      // region bulk
      Map<String, Feed> several =
          feeds.getAll(List.of("planet", "asteroid"), names -> fetchAll(names), Policy.unset());

      Map<String, Feed> oneByOne =
          feeds.getAllWith(
              List.of("planet", "comet"),
              (names, context) -> {
                Map<String, Feed> fetched = new HashMap<>();
                for (String name : names) {
                  try {
                    fetched.put(name, fetch(name));
                  } catch (IOException e) {
                    context.failed(name, e); // this one stands in, the others are loaded
                  }
                }
                return fetched;
              },
              Policy.unset());

      feeds.putAll(Map.of("planet", new Feed("Planet Java")), Duration.ofMinutes(5));
      feeds.removeAll(List.of("asteroid", "comet"));
      // endregion
      assertThat(several).containsOnlyKeys("planet", "asteroid");
      assertThat(oneByOne).containsEntry("comet", new Feed("old comet"));
      assertThat(feeds.contains("planet")).isTrue();
      assertThat(feeds.contains("comet")).isFalse();
    }
  }

  private void save(String name, Feed feed) {
    print(name + ": " + feed.title());
  }

  @Test
  void namedLocks() {
    try (H2Database database = H2Database.inMemory();
        Backstop backstop = Backstop.builder().dataSource(database.dataSource()).build()) {
      BackedCache<String, Feed> feeds =
          backstop.cache(CacheSpec.of("feeds", String.class, Feed.class));
      Feed feed = new Feed("Planet Java");
      // region locks
      KeyLocks<String> locks = new KeyLocks<>(); // one, for all who lock these names

      try (KeyLocks.Held held = locks.lock("planet")) {
        save("planet", feed); // whoever saves last
        feeds.put("planet", feed); // is also the last to put
      }
      // endregion
      assertThat(printed).isEqualTo("planet: Planet Java");
      assertThat(feeds.contains("planet")).isTrue();
      assertThat(locks.size()).isZero();
    }
  }
}
