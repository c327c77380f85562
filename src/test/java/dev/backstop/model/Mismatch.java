package dev.backstop.model;

/** The library and the model disagree. */
final class Mismatch extends AssertionError {
  private static final long serialVersionUID = 1L;

  Mismatch(String message) {
    super(message);
  }

  private Mismatch(String message, Mismatch cause) {
    super(message, cause);
  }

  Mismatch at(Op op, long now) {
    return new Mismatch(getMessage() + "\n  at " + now + " in " + op, this);
  }
}
