package dev.backstop.examples.projectmanager;

/** The numbers of tasks and employees, as people write them. */
final class Numbers {
  private Numbers() {}

  static boolean isNumber(String text) {
    return text.matches("[0-9]{1,18}");
  }
}
