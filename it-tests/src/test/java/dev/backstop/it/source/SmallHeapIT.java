package dev.backstop.it.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.it.ChildProcess;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Tally;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM of 64 MB with values that do not fit; what it does is {@link SmallHeapProgram}. */
@Tag("reliability")
class SmallHeapIT {
  private static final int SECONDS = Effort.of(5, 40);

  @TempDir private Path directory;

  private String run(String what) throws Exception {
    try (PostgresDatabase database = PostgresDatabase.create()) {
      String printed =
          ChildProcess.run(
              directory,
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx64m",
                  "-cp",
                  System.getProperty(
                      "surefire.test.class.path", System.getProperty("java.class.path")),
                  SmallHeapProgram.class.getName(),
                  what,
                  database.jdbcUrl(),
                  database.username(),
                  database.password(),
                  Integer.toString(SECONDS)));
      Tally.note(
          SmallHeapIT.class,
          printed.lines().filter(line -> line.startsWith(what)).findFirst().orElse("nothing"));
      return printed;
    }
  }

  /** Whatever dies of it, threads go on, no key stays taken, and what was acknowledged is there. */
  @Test
  void aFullHeap_breaksNothingThatOutlivesIt() throws Exception {
    assertThat(run("full-heap")).contains("all is well");
  }

  /** The queue takes a part of the heap and no more, however large its values are. */
  @Test
  void writesThatWait_leaveTheHeapItsRoom() throws Exception {
    assertThat(run("waiting-writes")).contains("all is well");
  }

  /** More rows than the heap holds are read in parts. */
  @Test
  void readsOfManyLargeRows_areAnswered() throws Exception {
    assertThat(run("large-reads")).contains("all is well");
  }
}
