package dev.backstop.it.servers;

/** The newer Java, for the servers that need it. */
final class Java25 {
  private Java25() {}

  static String home() {
    String home = System.getenv("JAVA25_HOME");
    if (home == null || home.isBlank()) {
      throw new IllegalStateException("Set JAVA25_HOME to a JDK 25: this server needs it");
    }
    return home;
  }
}
