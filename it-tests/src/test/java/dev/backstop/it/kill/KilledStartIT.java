package dev.backstop.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.Backstop;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Effort;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Tally;
import dev.backstop.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM is killed while it makes the tables; the next one starts. */
@Tag("reliability")
class KilledStartIT {
  /** From the first statement of the migration to its note in the history. */
  private static final int STEPS = 8;

  @TempDir private Path directory;

  @Test
  void onPostgres_theNextOneStarts() throws Exception {
    try (PostgresDatabase database = PostgresDatabase.create()) {
      for (int step : steps()) {
        database.clean();
        killAndStart(database, step);
      }
    }
  }

  @Test
  void onAnH2File_theNextOneStarts() throws Exception {
    for (int step : steps()) {
      Path folder = Files.createDirectory(directory.resolve("step-" + step));
      try (TestDatabase database = H2Database.in(folder)) {
        killAndStart(database, step);
      }
    }
  }

  /** All of them, or one by chance. */
  private static int[] steps() {
    int count = Effort.of(1, STEPS);
    Tally.note(KilledStartIT.class, "JVM killed while it makes the tables: " + count + " kills");
    return count == STEPS
        ? IntStream.rangeClosed(1, STEPS).toArray()
        : new int[] {1 + new Random().nextInt(STEPS)};
  }

  private void killAndStart(TestDatabase database, int step) throws Exception {
    JavaProgram child =
        JavaProgram.start(
            directory,
            KilledStart.class,
            List.of(database.jdbcUrl(), database.username(), database.password(), "" + step));
    try {
      assertThat(child.process().waitFor(30, TimeUnit.SECONDS)).as(child::said).isTrue();
    } finally {
      child.kill();
    }
    assertThat(child.process().exitValue()).as(child::said).isEqualTo(KilledStart.KILLED);
    try (Backstop next =
        KilledProgram.open(database.jdbcUrl(), database.username(), database.password())) {
      Work.cache(next, "feeds").put("k", Numbered.of("feeds/k", 1));
    }
  }
}
