package dev.backstop.examples.feedreader;

import java.io.Console;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The colours of the terminal, where there is one that wants them. */
enum Paint {
  PLAIN(""),
  BOLD("1"),
  DIM("2"),
  GREEN("32"),
  CYAN("36"),
  BLUE("34"),
  YELLOW("33"),
  RED("1;31");

  private final String code;

  Paint(String code) {
    this.code = code;
  }

  String on(String text) {
    return this == PLAIN ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }

  /** Whether colours are welcome: on a terminal that has them, unless {@code NO_COLOR} is set. */
  static boolean welcome(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !"dumb".equals(environment.get("TERM"))
        && isTerminal(System.console());
  }

  /** From Java 22 on there can be a console without a terminal. */
  private static boolean isTerminal(@Nullable Console console) {
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException before22) {
      return true;
    }
  }
}
