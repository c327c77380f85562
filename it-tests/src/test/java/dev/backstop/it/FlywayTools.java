package dev.backstop.it;

import dev.backstop.Backstop;
import dev.backstop.testing.TestDatabase;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Flyway as people run it: by its Maven plugin and by its command line. */
final class FlywayTools {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private FlywayTools() {}

  /** {@code mvn -N flyway:…} at the root of the repository, by the Maven of this build. */
  static String maven(TestDatabase database, String... goals) throws Exception {
    boolean isWindows = File.separatorChar == '\\';
    List<String> command = new ArrayList<>();
    command.add(property("home") + "/bin/mvn" + (isWindows ? ".cmd" : ""));
    command.addAll(List.of("-B", "-N", "-Dmaven.repo.local=" + property("repository")));
    if (property("network").equals("offline is true")) {
      command.add("-o");
    }
    if (isH2(database)) {
      command.add("-Ph2");
    }
    for (String goal : goals) {
      command.add("flyway:" + goal);
    }
    command.add("-Dflyway.url=" + database.jdbcUrl());
    command.add("-Dflyway.user=" + database.username());
    command.add("-Dflyway.password=" + database.password());
    return ChildProcess.run(ROOT, command);
  }

  /** The command line, with the migrations of the repository. */
  static String commandLineOnFolder(TestDatabase database, String verb) throws Exception {
    return commandLine(
        database,
        "",
        List.of(
            "-configFiles=" + ROOT.resolve("db-migrations/flyway.conf"),
            "-locations=filesystem:" + ROOT.resolve("db-migrations/" + folder(database)),
            verb));
  }

  /** The command line, with the migrations of the jar. */
  static String commandLineOnJar(TestDatabase database, String verb) throws Exception {
    Path jar = Path.of(Backstop.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return commandLine(
        database,
        File.pathSeparator + jar,
        List.of(
            "-table=backstop_schema_history",
            "-baselineOnMigrate=true",
            "-baselineVersion=0",
            "-locations=classpath:db/backstop/" + folder(database),
            verb));
  }

  private static String commandLine(TestDatabase database, String jar, List<String> arguments)
      throws Exception {
    Path here = Path.of("target").toAbsolutePath();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", here.resolve("flyway-commandline") + File.separator + "*" + jar));
    command.addAll(List.of("org.flywaydb.commandline.Main", "-skipCheckForUpdate"));
    command.add("-url=" + database.jdbcUrl());
    command.add("-user=" + database.username());
    command.add("-password=" + database.password());
    command.addAll(arguments);
    return ChildProcess.run(here, command);
  }

  private static String folder(TestDatabase database) {
    return isH2(database) ? "h2" : "postgresql";
  }

  private static boolean isH2(TestDatabase database) {
    return database.jdbcUrl().startsWith("jdbc:h2:");
  }

  private static String property(String name) {
    return System.getProperty("dev.backstop.it.maven." + name);
  }
}
