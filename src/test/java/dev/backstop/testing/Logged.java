package dev.backstop.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What Backstop logs from here to the close, which goes nowhere else. */
public final class Logged implements AutoCloseable {
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();
  private final Logger logger = Logger.getLogger("dev.backstop");
  private final boolean toTheConsole = logger.getUseParentHandlers();
  private final Level levelBefore = logger.getLevel();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  /** Begins. */
  public Logged() {
    this(Level.INFO);
  }

  /** Begins, with what is of at least that level. */
  public Logged(Level level) {
    logger.setUseParentHandlers(false);
    logger.setLevel(level);
    logger.addHandler(handler);
  }

  /** The messages of that level, each with what its throwables say. */
  public List<String> messages(Level level) {
    return records.stream()
        .filter(record -> record.getLevel().equals(level))
        .map(Logged::text)
        .toList();
  }

  private static String text(LogRecord record) {
    StringBuilder text = new StringBuilder(record.getMessage());
    for (Throwable cause = record.getThrown(); cause != null; cause = cause.getCause()) {
      text.append(" < ").append(cause);
    }
    return text.toString();
  }

  @Override
  public void close() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(toTheConsole);
    logger.setLevel(levelBefore);
  }
}
