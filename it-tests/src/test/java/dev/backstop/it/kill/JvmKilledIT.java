package dev.backstop.it.kill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.Backstop;
import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.H2Database;
import dev.backstop.testing.Tally;
import dev.backstop.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A JVM is killed while it works on PostgreSQL and on a file of H2; what is there is read by
 * another one, and continued by the next.
 */
@Tag("reliability")
class JvmKilledIT {
  /** How long the next JVM may take to have done something. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** How long the next one may take to open. */
  private static final Duration OPENING = Duration.ofSeconds(10);

  /** What the last kill left, before anyone opened it: for who looks into a failure. */
  private static final Path LEFT = Path.of("target", "killed");

  @TempDir private Path directory;
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final List<Duration> openings = new ArrayList<>();

  /** A database, and the file in which the child notes what it did to it. */
  private record Place(TestDatabase database, Path journal) {
    Place {
      try {
        Files.createFile(journal);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    long noted() {
      return journal.toFile().length();
    }
  }

  @Test
  void inTheMiddleOfWork_leavesWhatWasAcknowledged_andTheNextOneStarts() throws Exception {
    int kills = Effort.of(3, 100);
    try (TestDatabase postgres = PostgresDatabase.create();
        TestDatabase h2 = H2Database.in(directory)) {
      List<Place> places =
          List.of(
              new Place(postgres, directory.resolve("postgresql.journal")),
              new Place(h2, directory.resolve("h2.journal")));
      for (int i = 0; i < kills; i++) {
        workAndBeKilled(places, i % 3 == 2);
        keepWhatIsLeft();
        for (Place place : places) {
          check(place, i);
        }
      }
      for (Place place : places) {
        Tally.note(
            JvmKilledIT.class,
            "JVM killed, %s: %d kills; %d operations acknowledged; opened again within %d ms"
                .formatted(
                    place.journal.getFileName(),
                    kills,
                    Journal.read(place.journal).acknowledged(),
                    Collections.max(openings).toMillis()));
      }
    } catch (Throwable failure) {
      failure.addSuppressed(new AssertionError("The seed was " + seed + ", see also " + LEFT));
      throw failure;
    }
  }

  /** Kills it while it works, or while it closes. */
  private void workAndBeKilled(List<Place> places, boolean isClosing) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("" + random.nextLong()));
    List<Long> before = new ArrayList<>();
    for (Place place : places) {
      TestDatabase database = place.database;
      arguments.addAll(List.of(database.jdbcUrl(), database.username(), database.password()));
      arguments.add("" + place.journal);
      before.add(place.noted());
    }
    JavaProgram child = JavaProgram.start(directory, KilledProgram.class, arguments);
    try {
      for (int i = 0; i < before.size(); i++) {
        long some = before.get(i) + 2_000;
        Place place = places.get(i);
        Eventually.within(LIMIT, () -> !child.process().isAlive() || place.noted() > some);
        assertThat(place.noted()).as(child::said).isGreaterThan(some);
      }
      pause(random.nextInt(600));
      assertThat(child.process().isAlive()).as(child::said).isTrue();
      if (isClosing) {
        child.process().getOutputStream().close();
        pause(random.nextInt(100));
      }
    } finally {
      child.kill();
    }
    assertThat(child.said()).doesNotContain("Backups are", "Backups can't", "SEVERE");
  }

  private void keepWhatIsLeft() throws IOException {
    Files.createDirectories(LEFT);
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, LEFT.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** The moment of a kill is by chance: there is nothing to wait for. */
  private static void pause(int millis) {
    Eventually.within(Duration.ofMillis(millis), () -> false);
  }

  private void check(Place place, int turn) throws Exception {
    long began = System.nanoTime();
    TestDatabase database = place.database;
    try (Backstop node =
        KilledProgram.open(database.jdbcUrl(), database.username(), database.password())) {
      openings.add(Duration.ofNanos(System.nanoTime() - began));
      assertThat(openings.get(openings.size() - 1)).isLessThan(OPENING);
      Work.check(node, Journal.read(place.journal), KilledProgram.THREADS, History::durable);
      Work.cache(node, "after").put("a kill", Numbered.of("after/a kill", turn));
    }
  }
}
