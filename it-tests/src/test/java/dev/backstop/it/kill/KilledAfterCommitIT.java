package dev.backstop.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.Backstop;
import dev.backstop.testing.Effort;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Tally;
import dev.backstop.testing.TestDatabase;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A JVM dies the moment its last write to a file of H2 is acknowledged, in a file whose free space
 * is used again: where it is not at the file's end, the last commit is found by the file's header
 * alone. H2 2.5.252 writes there where the one before it is.
 */
@Tag("reliability")
class KilledAfterCommitIT {
  @TempDir private Path directory;

  @Test
  void theLastThatWasAcknowledged_isThere() throws Exception {
    int kills = Effort.of(8, 100);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Path noted = directory.resolve("noted");
    try (TestDatabase database = H2Database.in(directory)) {
      String url = database.jdbcUrl() + ";RETENTION_TIME=0"; // or space was free for 45 seconds
      for (int i = 0; i < kills; i++) {
        List<String> arguments =
            List.of(
                url, database.username(), database.password(), "" + noted, "" + random.nextLong());
        JavaProgram child = JavaProgram.start(directory, KilledAfterCommit.class, arguments);
        try {
          assertThat(child.process().waitFor(60, TimeUnit.SECONDS)).as(child::said).isTrue();
        } finally {
          child.kill();
        }
        assertThat(child.process().exitValue()).as(child::said).isZero();
        int last = KilledAfterCommit.noted(noted);
        try (Backstop next = KilledProgram.open(url, database.username(), database.password())) {
          assertThat(KilledAfterCommit.cache(next).peek(KilledAfterCommit.key(last)))
              .as("kill %d, seed %d", i, seed)
              .hasValueSatisfying(
                  entry -> assertThat(entry.value().stripTrailing()).isEqualTo("" + last));
        }
      }
      Tally.note(
          KilledAfterCommitIT.class,
          "JVM killed right after a commit, on a file of H2: %d kills; %d acknowledged"
              .formatted(kills, KilledAfterCommit.noted(noted)));
    }
  }
}
