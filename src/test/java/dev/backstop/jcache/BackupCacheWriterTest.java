package dev.backstop.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Logged;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.logging.Level;
import java.util.stream.Stream;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a provider hands to a writer, without a provider. */
class BackupCacheWriterTest {
  private final H2Database database = H2Database.inMemory();
  private final Backstop backstop = Backstop.builder().dataSource(database.dataSource()).build();
  private final BackedCache<String, Object> backups =
      backstop.cache(CacheSpec.of("things", String.class, Object.class));
  private final BackupCacheWriter<String, Object> writer = new BackupCacheWriter<>(backups);

  @AfterEach
  void close() {
    backstop.close();
    database.close();
  }

  /** No codec knows what to make of one. */
  static final class Open {
    public Open getItself() {
      return this;
    }
  }

  private record Written(String getKey, Object getValue) implements Cache.Entry<String, Object> {
    @Override
    public <T> T unwrap(Class<T> type) {
      throw new IllegalArgumentException();
    }
  }

  @SafeVarargs
  private static Collection<Cache.Entry<? extends String, ?>> all(
      Map.Entry<String, Object>... entries) {
    return new ArrayList<>(
        Stream.of(entries).map(each -> new Written(each.getKey(), each.getValue())).toList());
  }

  private List<String> backedUp(String... keys) {
    return Stream.of(keys).filter(key -> backups.peek(key).isPresent()).toList();
  }

  @Test
  void whatCannotBeEncoded_removesTheBackup_andIsSaidOnce() {
    backups.putAll(Map.of("a", "old", "b", "old", "c", "old"));
    try (Logged logged = new Logged()) {
      writer.write(new Written("a", new Open()));
      writer.writeAll(
          all(Map.entry("b", new Open()), Map.entry("c", "new"), Map.entry("d", "new")));
      assertThat(logged.messages(Level.WARNING))
          .singleElement()
          .asString()
          .contains("A value put into cache things has no backup", "Open");
    }
    assertThat(backedUp("a", "b", "c", "d")).containsExactly("c", "d");
    assertThat(backups.peek("c").orElseThrow().value()).isEqualTo("new");
  }

  @Test
  void aKeyThatIsRefused_doesNotKeepTheOthersFromBeingTold() {
    assertThatThrownBy(() -> writer.write(new Written("a\0", "new")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("key must hold neither NUL");
    assertThatThrownBy(
            () ->
                writer.writeAll(
                    all(
                        Map.entry("a", "new"),
                        Map.entry("b\0", "new"),
                        Map.entry("c\0", "new"),
                        Map.entry("d", "new"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"b");
    assertThat(backedUp("a", "d")).containsExactly("a", "d");
    assertThatThrownBy(() -> writer.deleteAll(new LinkedHashSet<>(List.of("a", "b\0", "d"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"b");
    assertThat(backedUp("a", "d")).isEmpty();
    assertThatThrownBy(() -> writer.delete(7))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("java.lang.Integer");
  }

  /** Fails after it took out of the collection whatever begins with an a. */
  private static final class Partial implements CacheWriter<String, Object> {
    final CacheWriterException failure = new CacheWriterException("Half of it");

    @Override
    public void write(Cache.Entry<? extends String, ?> entry) {
      throw failure;
    }

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ?>> entries) {
      entries.removeIf(each -> each.getKey().startsWith("a"));
      throw failure;
    }

    @Override
    public void delete(Object key) {
      throw failure;
    }

    @Override
    public void deleteAll(Collection<?> keys) {
      keys.removeIf(key -> key.toString().startsWith("a"));
      throw failure;
    }
  }

  @Test
  void afterAPartialSuccess_whatSucceededIsTold_andTheVeryExceptionIsThrown() {
    Partial partial = new Partial();
    BackupCacheWriter<String, Object> half = new BackupCacheWriter<>(backups, partial);
    backups.putAll(Map.of("a1", "old", "b1", "old"));
    Collection<Cache.Entry<? extends String, ?>> entries =
        all(Map.entry("a1", "new"), Map.entry("b1", "new"), Map.entry("a\0", "new"));
    assertThat(catchThrowable(() -> half.writeAll(entries)))
        .isSameAs(partial.failure)
        .satisfies(
            thrown ->
                assertThat(thrown.getSuppressed())
                    .hasOnlyElementsOfType(IllegalArgumentException.class)
                    .hasSize(1));
    assertThat(entries).extracting(each -> (Object) each.getKey()).containsExactly("b1");
    assertThat(backups.peek("a1").orElseThrow().value()).isEqualTo("new");
    assertThat(backups.peek("b1").orElseThrow().value()).isEqualTo("old");

    Set<String> keys = new LinkedHashSet<>(List.of("a1", "b1"));
    assertThat(catchThrowable(() -> half.deleteAll(keys))).isSameAs(partial.failure);
    assertThat(keys).containsExactly("b1");
    assertThat(backedUp("a1", "b1")).containsExactly("b1");

    assertThat(catchThrowable(() -> half.write(new Written("b1", "new"))))
        .isSameAs(partial.failure);
    assertThat(catchThrowable(() -> half.delete("b1"))).isSameAs(partial.failure);
    assertThat(backups.peek("b1").orElseThrow().value()).isEqualTo("old");
  }

  /** Says that it wrote everything by returning, and leaves the collections alone, as most do. */
  private static final class Careless implements CacheWriter<String, Object> {
    @Override
    public void write(Cache.Entry<? extends String, ?> entry) {}

    @Override
    public void writeAll(Collection<Cache.Entry<? extends String, ?>> entries) {}

    @Override
    public void delete(Object key) {}

    @Override
    public void deleteAll(Collection<?> keys) {}
  }

  @Test
  void whatADelegateLeavesWhenItReturns_countsAsWritten() {
    BackupCacheWriter<String, Object> careless = new BackupCacheWriter<>(backups, new Careless());
    Collection<Cache.Entry<? extends String, ?>> entries = all(Map.entry("a", "new"));
    careless.writeAll(entries);
    assertThat(entries).hasSize(1); // it is the delegate's word that the provider gets
    assertThat(backedUp("a")).containsExactly("a");
    careless.deleteAll(Set.of("a"));
    assertThat(backedUp("a")).isEmpty();
  }

  @Test
  void withoutADelegate_nothingIsLeftToWrite() {
    Collection<Cache.Entry<? extends String, ?>> entries = all(Map.entry("a", "new"));
    writer.writeAll(entries);
    assertThat(entries).isEmpty();
    Set<String> keys = new LinkedHashSet<>(Set.of("a"));
    writer.deleteAll(keys);
    assertThat(keys).isEmpty();
    writer.writeAll(entries); // of nothing
    writer.deleteAll(keys);
  }

  @Test
  void aClosedBackstop_saysSo() {
    backstop.close();
    assertThatThrownBy(() -> writer.write(new Written("a", "new")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("This Backstop is closed");
    assertThatThrownBy(() -> writer.delete("a")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theyNameWhatTheyAre_andWhatTheyAreNotGiven() {
    Source source = new Source();
    BackedCache<String, String> feeds =
        backstop.cache(CacheSpec.of("feeds", String.class, String.class));
    assertThat(writer).hasToString("BackupCacheWriter of things behind no writer");
    assertThat(new BackupCacheLoader<>(feeds, source))
        .hasToString("BackupCacheLoader of feeds before " + source);
    assertThatThrownBy(() -> new BackupCacheLoader<>(null, source))
        .hasMessage("backups must not be null");
    assertThatThrownBy(() -> new BackupCacheLoader<>(feeds, null))
        .hasMessage("delegate must not be null");
    assertThatThrownBy(() -> new BackupCacheLoader<>(feeds, source, null))
        .hasMessage("policy must not be null");
    assertThatThrownBy(() -> new BackupCacheWriter<>(feeds, null))
        .hasMessage("delegate must not be null");
    assertThatThrownBy(() -> new BackupCacheWriter<>(null)).hasMessage("backups must not be null");
  }
}
