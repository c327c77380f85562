package dev.backstop.model;

import org.jspecify.annotations.Nullable;

/**
 * What the source does when it is asked: returns this value, or fails with this message.
 *
 * @param kind what it does
 * @param asOf the stamp that the loader gives, {@code Long.MAX_VALUE} if none
 * @param ttl the ttl that the loader gives, 0 if none
 */
record Answer(Kind kind, @Nullable String text, long asOf, long ttl) {
  enum Kind {
    VALUE,
    NULL,
    KEEPS,
    FAILS,
    DIES,
    /** A bulk loader leaves the key out. */
    LEAVES_OUT
  }
}
