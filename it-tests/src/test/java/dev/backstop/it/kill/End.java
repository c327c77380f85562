package dev.backstop.it.kill;

/** What is known of an operation when its call has come back. */
enum End {
  /** It is in the table, as acknowledged. */
  DURABLE,
  /** It holds in this process, and will be in the table, as promised. */
  HELD,
  /** It may hold. */
  PERHAPS,
  /** It changed nothing. */
  NONE
}
