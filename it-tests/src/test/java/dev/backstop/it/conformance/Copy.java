package dev.backstop.it.conformance;

/** There is one of these for each copy of the application's classes that the server has. */
public final class Copy {
  static final Copy ONLY = new Copy();

  private Copy() {}
}
