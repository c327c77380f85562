package dev.backstop.it.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a page tells its reader to write, to type, and to expect. A comment before each of its
 * blocks says which that is: {@code <!-- file pom.xml -->}, {@code <!-- commands wildfly -->}.
 */
record Page(Map<String, String> blocks) {
  private static final Pattern BLOCK =
      Pattern.compile("<!-- (\\w+ \\S+) -->\\n```\\w*\\n(.*?)```", Pattern.DOTALL);

  static Page read(Path file) throws IOException {
    Map<String, String> blocks = new TreeMap<>();
    Matcher block = BLOCK.matcher(Files.readString(file));
    while (block.find()) {
      if (blocks.put(block.group(1), block.group(2)) != null) {
        throw new IllegalStateException(block.group(1) + " is twice in " + file);
      }
    }
    return new Page(blocks);
  }

  /** The lines to type for that. */
  List<String> commands(String name) {
    return block("commands " + name).lines().toList();
  }

  /** The addresses to ask, in that order, each with its answer. */
  Map<String, String> answers(String name) {
    Map<String, String> answers = new LinkedHashMap<>();
    List<String> lines = block("answers " + name).lines().toList();
    for (int i = 0; i < lines.size(); i += 2) {
      answers.put(lines.get(i).substring("$ curl ".length()), lines.get(i + 1));
    }
    return answers;
  }

  private String block(String name) {
    String block = blocks.get(name);
    if (block == null) {
      throw new IllegalStateException("The page has no block " + name);
    }
    return block;
  }

  /** Writes its files into that directory, with another port. */
  void writeFiles(Path directory, int port) throws IOException {
    for (Map.Entry<String, String> block : blocks.entrySet()) {
      if (block.getKey().startsWith("file ")) {
        Path file = directory.resolve(block.getKey().substring("file ".length()));
        Files.createDirectories(file.getParent());
        Files.writeString(file, onPort(block.getValue(), port));
      }
    }
  }

  /** Every text of the page is about this one. */
  static String onPort(String text, int port) {
    return text.replace("8080", Integer.toString(port));
  }
}
