package dev.backstop.examples.projectmanager;

/** What somebody asked for can't be done; the message is for them to read. */
final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final String title;

  Problem(int status, String title, String message) {
    super(message);
    this.status = status;
    this.title = title;
  }

  static Problem noEmployee(String number) {
    return new Problem(404, "Nobody there", "There is no employee number " + number + ".");
  }

  static Problem noTask(String number) {
    return new Problem(
        404,
        "No such task",
        "There is no task number " + number + ". Perhaps somebody has deleted it meanwhile.");
  }

  static Problem noPage() {
    return new Problem(404, "No such page", "There is nothing at this address.");
  }

  static Problem ours() {
    return new Problem(
        500, "This went wrong", "It is our fault, not yours; the log of the server says why.");
  }

  int status() {
    return status;
  }

  String title() {
    return title;
  }
}
