package dev.backstop.it.conformance.unit;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** A row of the application's. */
@Entity
public class Note {
  @Id private String id;

  /** For the provider. */
  protected Note() {}

  Note(String id) {
    this.id = id;
  }

  String id() {
    return id;
  }
}
