package dev.backstop.cdi;

import dev.backstop.BackstopBuilder;
import dev.backstop.config.Configuration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * Which database the backups are in: a pool of Backstop's own by its URL, a data source by its JNDI
 * name, or one that the application produces. Never the application's default one by itself: its
 * schema is somebody else's, and nobody said that the backups belong there.
 */
record DatabaseChoice(Configuration configuration, Produced produced) {
  private static final String PRODUCED = "a @ForBackstop DataSource that the application produces";

  /** What is wrong with it: that there is none, or more than one. */
  List<String> problems() {
    List<String> choices = choices();
    if (choices.size() == 1) {
      return List.of();
    }
    return List.of(
        choices.isEmpty()
            ? "Backstop has no database for its backups. Set %s (for a start: jdbc:h2:./backups) or %s"
                    .formatted(Configuration.JDBC_URL, Configuration.DATA_SOURCE)
                + " (a name by JNDI), or produce a @ForBackstop DataSource"
            : "Backstop takes one database for its backups, and has "
                + String.join(", and ", choices));
  }

  private List<String> choices() {
    return Stream.of(
            configuration.text(Configuration.JDBC_URL).map(set -> Configuration.JDBC_URL),
            configuration.text(Configuration.DATA_SOURCE).map(set -> Configuration.DATA_SOURCE),
            Optional.of(PRODUCED).filter(any -> produced.count(DataSource.class) > 0))
        .flatMap(Optional::stream)
        .toList();
  }

  /** Sets it, if it is a data source. */
  void on(BackstopBuilder builder) {
    configuration
        .text(Configuration.DATA_SOURCE)
        .map(name -> Naming.get(Configuration.DATA_SOURCE, name, DataSource.class))
        .or(() -> produced.part(DataSource.class))
        .ifPresent(builder::dataSource);
  }
}
