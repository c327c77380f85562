package dev.backstop.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariDataSource;
import dev.backstop.Backstop;
import dev.backstop.BackstopBuilder;
import dev.backstop.testing.CountingDataSource;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.H2Database;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** {@code build()} may fail at each thread that it needs: nothing of it is left then. */
class HalfBuiltTest {
  private static final int MORE_THAN_IT_NEEDS = 12;

  @Test
  void onADataSourceOfItsOwn_leavesNoThreadAndNoConnection() {
    try (H2Database database = H2Database.inMemory()) {
      failAtEachThread(
          builder ->
              builder
                  .jdbcUrl(database.jdbcUrl())
                  .username(database.username())
                  .password(database.password()));
    }
  }

  @Test
  void onADataSourceThatWasGiven_leavesNoThreadAndNoConnection() {
    try (H2Database database = H2Database.inMemory();
        HikariDataSource pool = new HikariDataSource()) {
      pool.setDataSource(new CountingDataSource(database.dataSource()));
      failAtEachThread(builder -> builder.dataSource(pool));
      Eventually.holds(
          () -> pool.getHikariPoolMXBean().getActiveConnections() == 0, "all are given back");
    }
  }

  /** The leak check finds the rest: who is no daemon, too. */
  private static void failAtEachThread(UnaryOperator<BackstopBuilder> database) {
    List<Integer> failed = new ArrayList<>();
    for (int at = 1; at <= MORE_THAN_IT_NEEDS; at++) {
      RefusesOne factory = new RefusesOne(at);
      BackstopBuilder builder = database.apply(Backstop.builder()).threadFactory(factory);
      Backstop[] built = new Backstop[1];
      Throwable failure = catchThrowable(() -> built[0] = builder.build());
      if (failure == null) {
        built[0].close();
      } else {
        failed.add(at);
      }
      Eventually.holds(
          () -> factory.made.stream().noneMatch(Thread::isAlive),
          "all threads of the build end that had no thread " + at);
    }
    assertThat(failed).isNotEmpty();
  }

  private static final class RefusesOne implements ThreadFactory {
    final List<Thread> made = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final int at;

    RefusesOne(int at) {
      this.at = at;
    }

    @Override
    public Thread newThread(Runnable task) {
      if (asked.incrementAndGet() == at) {
        throw new Error("no thread " + at);
      }
      Thread thread = new Thread(task);
      made.add(thread);
      return thread;
    }
  }
}
