package dev.backstop.it.conformance.caches;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** A value of what a codec must bear: records in records, generics, dates. */
public record Feed(String title, Instant read, List<Item> items) {
  /** A part of it. */
  public record Item(String title, LocalDate day) {}

  /** One of that title. */
  static Feed of(String title) {
    Instant read = Instant.parse("2026-02-03T04:05:06.123456Z");
    return new Feed(title, read, List.of(new Item(title + " today", LocalDate.of(2026, 2, 3))));
  }
}
