package dev.backstop.examples.feedreader;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Rows in columns. The last column is cut where the line would become too long. */
final class TextTable {
  private static final String GAP = "  ";
  private static final int LINE = 98;
  private static final int NARROWEST = 12;

  private TextTable() {}

  /** The lines of a table whose first row is the header. */
  static List<String> lines(List<List<String>> rows) {
    List<String> lines = new ArrayList<>();
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    int last = widths.length - 1;
    int others = IntStream.of(widths).limit(last).map(width -> width + GAP.length()).sum();
    widths[last] = Math.min(widths[last], Math.max(LINE - others, NARROWEST));
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        boolean number = row.get(i).matches("\\d+");
        line.append(
            number ? Words.padLeft(row.get(i), widths[i]) : Words.pad(row.get(i), widths[i]));
        line.append(GAP);
      }
      lines.add(line.toString());
      if (lines.size() == 1) {
        lines.add(rule(widths));
      }
    }
    return lines;
  }

  private static String rule(int[] widths) {
    StringBuilder rule = new StringBuilder();
    for (int width : widths) {
      rule.append("─".repeat(width)).append(GAP);
    }
    return rule.toString();
  }
}
