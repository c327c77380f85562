package dev.backstop.examples.feedreader;

import java.io.PrintStream;
import java.util.List;

/** What the terminal shows: a headline per chapter, a line per get. Falls silent when told to. */
final class Report {
  private final PrintStream out;
  private final boolean colours;
  private final int nameWidth;
  private boolean silent;

  Report(PrintStream out, boolean colours, int nameWidth) {
    this.out = out;
    this.colours = colours;
    this.nameWidth = nameWidth;
  }

  void title(String title, String text) {
    print("", "  " + paint(Paint.BOLD, title) + "  " + paint(Paint.DIM, text));
  }

  void chapter(int number, String headline) {
    print("", "  " + paint(Paint.BOLD, number + "  " + headline));
  }

  void chapter(int number, String headline, String text) {
    chapter(number, headline);
    print("     " + paint(Paint.DIM, text));
  }

  void heading(String headline) {
    print("", "  " + paint(Paint.BOLD, headline));
  }

  void text(String... lines) {
    print("");
    for (String line : lines) {
      print("  " + line);
    }
  }

  void table(String sql, List<String> lines) {
    print("", "  " + paint(Paint.CYAN, sql));
    lines.forEach(line -> print("  " + line));
  }

  void get(GetLine line) {
    print(line.text(nameWidth, colours));
  }

  /** Prints nothing any more but {@link #last}. */
  synchronized void fallSilent() {
    silent = true;
  }

  synchronized boolean isSilent() {
    return silent;
  }

  /** Says one last thing, also when silent. */
  synchronized void last(String text) {
    silent = false;
    text(text);
    silent = true;
  }

  private String paint(Paint paint, String text) {
    return colours ? paint.on(text) : text;
  }

  private synchronized void print(String... lines) {
    if (!silent) {
      for (String line : lines) {
        out.println(line.stripTrailing());
      }
      out.flush();
    }
  }
}
