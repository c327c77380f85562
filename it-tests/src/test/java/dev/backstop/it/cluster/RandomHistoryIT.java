package dev.backstop.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backstop.it.PostgresDatabase;
import dev.backstop.testing.Effort;
import dev.backstop.testing.Eventually;
import dev.backstop.testing.Sql;
import dev.backstop.testing.Started;
import dev.backstop.testing.Tally;
import dev.backstop.testing.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Four JVMs get and change a few keys at random, while one after the other is stopped or cut off;
 * then their history is looked through. The seed is printed where it fails.
 */
@Tag("reliability")
class RandomHistoryIT {
  private static final int NODES = 4;
  private static final int KEYS = 6;
  private static final Duration WITHIN = Duration.ofSeconds(1);
  private static final Duration LENGTH = Duration.ofSeconds(Effort.of(12, 180));

  @TempDir private Path directory;

  private final long seed = System.nanoTime();
  private final Map<String, Object> locks = new ConcurrentHashMap<>();
  private History history;
  private volatile boolean isOver;

  @Test
  void nobodyGetsWhatWasEnded_andNothingThatWasAcknowledgedIsLost() throws Exception {
    history = new History(directory, WITHIN.toNanos());
    for (int i = 0; i < KEYS; i++) {
      history.nextVersion("k" + i);
    }
    try (PostgresDatabase database = PostgresDatabase.create();
        Nodes nodes = new Nodes(NODES, directory, database, WITHIN)) {
      List<Started<Void>> users = new ArrayList<>();
      for (int i = 0; i < NODES; i++) {
        int number = i;
        users.add(Threads.start(() -> use(nodes.get(number), number)));
      }
      disturb(nodes, System.nanoTime() + LENGTH.toNanos());
      isOver = true;
      for (Started<Void> user : users) {
        boolean ended = Eventually.within(Duration.ofMinutes(1), user::isDone);
        assertThat(ended).as("no call hangs").isTrue();
        user.join();
      }
      assertThat(history.violations()).as("seed %d", seed).isEmpty();
      assertThat(history.acknowledged).hasPositiveValue();
      for (int i = 0; i < KEYS; i++) {
        String value = Integer.toString(history.nextVersion("k" + i));
        Node node = nodes.get(i % NODES);
        Eventually.within(Duration.ofMinutes(1), () -> put(node, "k0", "1"));
        assertThat(node.tell("put", "k" + i, value)).isEqualTo("done");
      }
      assertThat(
              Sql.ask(
                  database.dataSource(),
                  "select count(*) from backstop_backup where blob is not null"))
          .isEqualTo(Integer.toString(KEYS));
    }
    Tally.note(
        RandomHistoryIT.class,
        "%,d gets and %,d acknowledged changes on %d nodes in %s"
            .formatted(history.gets.get(), history.acknowledged.get(), NODES, LENGTH));
  }

  private static boolean put(Node node, String key, String value) {
    try {
      return node.tell("put", key, value).equals("done");
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  /** One call after the other. */
  private Void use(Node node, int number) throws Exception {
    Random random = new Random(seed + number);
    while (!isOver) {
      String key = "k" + random.nextInt(KEYS);
      switch (random.nextInt(20)) {
        case 0 -> change(node, "remove", key);
        case 1 -> change(node, "expire", key);
        case 2 -> change(node, "put", key);
        case 3, 4 -> get(node, number, "fail", key);
        default -> get(node, number, "read", key);
      }
    }
    return null;
  }

  /** One change of a key after the other, so that it is known which was the last. */
  private void change(Node node, String what, String key) throws Exception {
    synchronized (locks.computeIfAbsent(key, same -> new Object())) {
      int version = history.nextVersion(key);
      long beganAt = System.nanoTime();
      if (node.tell(what, key, Integer.toString(version)).equals("done")) {
        history.acknowledged(key, version, beganAt, what.equals("expire"));
      }
    }
  }

  private void get(Node node, int number, String what, String key) throws Exception {
    long beganAt = System.nanoTime();
    if (what.equals("fail")) {
      history.failing("node " + number, key);
    }
    String answer = node.tell(what, key, history.source(key).toString());
    if (!answer.startsWith("!")) {
      history.returned("node " + number, key, beganAt, answer);
    }
    if (what.equals("fail")) {
      history.failing("node " + number, key);
    }
  }

  /** Stops a node, or cuts it off, for up to twice the bound, and leaves it alone as long. */
  private void disturb(Nodes nodes, long end) throws Exception {
    Random random = new Random(seed);
    while (System.nanoTime() < end) {
      int number = random.nextInt(NODES);
      boolean stops = random.nextBoolean();
      long nanos = (long) (random.nextDouble() * 2 * WITHIN.toNanos());
      if (stops) {
        nodes.get(number).signal("STOP");
      } else {
        nodes.networks.get(number).hold();
      }
      awaitPast(nanos);
      if (stops) {
        nodes.get(number).signal("CONT");
      } else {
        nodes.networks.get(number).goOn();
      }
      awaitPast((long) (random.nextDouble() * 2 * WITHIN.toNanos()));
    }
  }

  private static void awaitPast(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() - end < 0) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
