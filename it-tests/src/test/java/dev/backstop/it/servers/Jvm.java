package dev.backstop.it.servers;

import dev.backstop.it.ChildProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Looks into a server's Java from outside, by the JDK's own tool. */
record Jvm(long pid) {
  private static final Pattern INSTANCES =
      Pattern.compile("(?m)^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+)");
  private static final Pattern THREAD = Pattern.compile("(?m)^\"(.*)\" .*$");

  /** How many there are of a class, by that name, of all class loaders, after a collection. */
  long instances(String className) throws Exception {
    ask("GC.run");
    long count = 0;
    Matcher lines = INSTANCES.matcher(ask("GC.class_histogram"));
    while (lines.find()) {
      if (lines.group(2).equals(className)) {
        count += Long.parseLong(lines.group(1));
      }
    }
    return count;
  }

  /** The names of its threads, without numbers. */
  Set<String> threads() throws Exception {
    Set<String> names = new TreeSet<>();
    Matcher lines = THREAD.matcher(ask("Thread.print"));
    while (lines.find()) {
      names.add(lines.group(1).replaceAll("\\d+", "#"));
    }
    return names;
  }

  private String ask(String command) throws Exception {
    String java = ProcessHandle.of(pid).orElseThrow().info().command().orElseThrow();
    String tool = Path.of(java).resolveSibling("jcmd").toString();
    return ChildProcess.run(Path.of("."), List.of(tool, Long.toString(pid), command));
  }
}
