package dev.backstop.it.kill;

import dev.backstop.Backstop;
import dev.backstop.testing.Eventually;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What JvmKilledIT lets another process do, on each of its databases, until it is killed. */
final class KilledProgram {
  static final int THREADS = 4;

  /** Held, or it would forget its handler. */
  private static final Logger LOG = Logger.getLogger("dev.backstop");

  private KilledProgram() {}

  public static void main(String[] arguments) throws Exception {
    LOG.addHandler(new Dump());
    Random random = new Random(Long.parseLong(arguments[0]));
    List<Work> works = new ArrayList<>();
    for (int i = 1; i < arguments.length; i += 4) {
      Backstop backstop = open(arguments[i], arguments[i + 1], arguments[i + 2]);
      Journal journal = Journal.continued(Path.of(arguments[i + 3]));
      works.add(new Work(backstop, journal, THREADS, true));
    }
    Thread close = new Thread(() -> closeWhenToldTo(works), "close");
    close.setDaemon(true);
    close.start();
    works.forEach(work -> work.start(random.nextLong()));
    while (true) {
      for (Work work : works) {
        work.failIfAnyFailed();
      }
      Eventually.within(Duration.ofMillis(20), () -> false);
    }
  }

  /** Tells where every thread stands when a database does not answer, which none here may. */
  private static final class Dump extends Handler {
    @Override
    public void publish(LogRecord record) {
      if (record.getMessage().startsWith("Backups are out")) {
        Thread.getAllStackTraces()
            .forEach((thread, stack) -> System.err.println(thread + " " + List.of(stack)));
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  static Backstop open(String jdbcUrl, String username, String password) {
    return Backstop.builder()
        .jdbcUrl(jdbcUrl)
        .username(username)
        .password(password)
        .backupTimeout(Duration.ofSeconds(10))
        .cullEvery(Duration.ofMillis(300)) // what was cleared
        .failFast(true)
        .build();
  }

  /** The parent says so, or is gone. The threads work on, as those of an application may. */
  private static void closeWhenToldTo(List<Work> works) {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException gone) {
      // the same
    }
    works.forEach(work -> work.isClosing = true);
    works.forEach(work -> work.backstop.close());
    Runtime.getRuntime().halt(0);
  }
}
