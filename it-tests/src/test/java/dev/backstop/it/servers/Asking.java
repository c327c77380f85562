package dev.backstop.it.servers;

import java.io.IOException;

/** Who can ask the applications of a running server. */
interface Asking {
  /** What it answers to a request with these parameters, a name and a value each. */
  String ask(String application, String path, String... parameters) throws IOException;
}
