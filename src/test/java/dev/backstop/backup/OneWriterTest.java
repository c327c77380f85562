package dev.backstop.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.BackedCache;
import dev.backstop.Backstop;
import dev.backstop.CacheSpec;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Gate;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Started;
import dev.backstop.testing.Threads;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** H2 saves its maps one after the other: see docs/design-decisions.md. */
class OneWriterTest {
  private final H2Database database = H2Database.inMemory();
  private final CountingDataSource way = new CountingDataSource(database.dataSource());
  private Backstop backstop;
  private BackedCache<String, String> cache;

  @BeforeEach
  void open() {
    backstop = Backstop.builder().dataSource(way).backupTimeout(Eventually.LIMIT).build();
    cache = backstop.cache(CacheSpec.of("feeds", String.class, String.class));
  }

  @AfterEach
  void close() {
    backstop.close();
    database.close();
  }

  @Test
  void anAdd_isNotWrittenWhileTheWriterWrites() throws Exception {
    assertThat(whileTheWriterWrites(() -> cache.add("added", "v", Duration.ofHours(1)))).isTrue();
    assertThat(cache.contains("added")).isTrue();
  }

  @Test
  void aCull_doesNotWriteWhileTheWriterDoes() throws Exception {
    assertThat(whileTheWriterWrites(backstop::cullNow).rows()).isZero();
  }

  private <T> T whileTheWriterWrites(Callable<T> other) throws Exception {
    Gate writing = new Gate();
    way.holdNextAnswer("backstop_backup", writing);
    Started<String> put = Threads.start(() -> cache.get("k", () -> "v"));
    writing.awaitEntered();
    Started<T> second = Threads.start(other);
    Eventually.holds(OneWriterTest::somebodyWaits, "it waits for the writer");
    writing.open();
    put.join();
    return second.join();
  }

  private static boolean somebodyWaits() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getState() == Thread.State.WAITING)
        .flatMap(thread -> Arrays.stream(thread.getValue()))
        .anyMatch(
            frame ->
                frame.getClassName().equals(Connections.class.getName())
                    && frame.getMethodName().equals("alone"));
  }
}
