package dev.backstop.it.kill;

/** What an operation leaves of its key. */
enum Kind {
  /** The value of its number. */
  VALUE,
  /** Nothing: a removal, a clear, or the time before all operations. */
  END,
  /** What was there, which is no longer fresh. */
  EXPIRY,
  /** What was there: the operation turned out to be none. */
  NONE
}
