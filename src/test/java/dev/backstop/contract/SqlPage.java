package dev.backstop.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The statements of docs/sql.md, by their name and, where it matters, their database. */
record SqlPage(Map<String, String> blocks, long fences) {
  private static final Pattern BLOCK =
      Pattern.compile("<!-- sql ([a-z0-9 -]+) -->\\n```sql\\n(.*?)```", Pattern.DOTALL);

  static SqlPage read() throws IOException {
    String page = Files.readString(Path.of("../docs/sql.md"));
    Map<String, String> blocks = new TreeMap<>();
    Matcher block = BLOCK.matcher(page);
    while (block.find()) {
      blocks.put(block.group(1), block.group(2));
    }
    return new SqlPage(blocks, Pattern.compile("(?m)^```sql$").matcher(page).results().count());
  }

  /** The statements of one block. */
  List<String> statements(String name, boolean isPostgres) {
    String ofDatabase = blocks.get(name + (isPostgres ? " postgresql" : " h2"));
    String sql = ofDatabase == null ? blocks.get(name) : ofDatabase;
    return Arrays.stream(sql.split(";\\n")).toList();
  }
}
