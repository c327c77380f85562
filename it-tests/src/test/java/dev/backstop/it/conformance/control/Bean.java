package dev.backstop.it.conformance.control;

import jakarta.enterprise.context.ApplicationScoped;

/** A bean that compares records: Java 17 keeps a reference to the last whose equals was called. */
@ApplicationScoped
public class Bean {
  private record Pair(String first, String second) {}

  /** Whether two are equal. */
  public boolean compares(String text) {
    return new Pair(text, text).equals(new Pair(text, "another"));
  }
}
