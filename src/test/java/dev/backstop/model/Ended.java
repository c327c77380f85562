package dev.backstop.model;

/** What ended for a whole cache: values stamped at or below are no longer fresh, or dead. */
record Ended(long expired, long cleared) {
  static final Ended NOTHING = new Ended(Long.MIN_VALUE, Long.MIN_VALUE);

  Ended or(Ended other) {
    return new Ended(Math.max(expired, other.expired), Math.max(cleared, other.cleared));
  }

  static Ended expired(long before) {
    return new Ended(before, Long.MIN_VALUE);
  }

  static Ended cleared(long before) {
    return new Ended(Long.MIN_VALUE, before);
  }
}
