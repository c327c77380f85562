package dev.backstop.it.conformance.noted;

import dev.backstop.ChangeNotes;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.Id;

/** A page of whose table no column tells when it was edited. */
@Entity
@EntityListeners(ChangeNotes.class)
public class Page {
  @Id private String id;
  private String title;

  /** For the provider. */
  protected Page() {}

  Page(String id) {
    this.id = id;
    this.title = "new";
  }

  void setTitle(String title) {
    this.title = title;
  }
}
