package dev.backstop.it.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** That of this module, which has the versions of the servers. */
final class Pom {
  private Pom() {}

  static String property(String name) throws IOException {
    Matcher value =
        Pattern.compile("<" + Pattern.quote(name) + ">(.*?)</")
            .matcher(Files.readString(Path.of("pom.xml")));
    if (!value.find()) {
      throw new IllegalStateException("pom.xml has no " + name);
    }
    return value.group(1);
  }
}
