package dev.backstop.testing.bookshop;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;

/** An entity of an application that uses Backstop. */
@Entity
public class Book {
  @Id private String isbn;
  private String title;

  /** For the provider. */
  protected Book() {}

  /** A book. */
  public Book(String isbn, String title) {
    this.isbn = isbn;
    this.title = title;
  }

  /** Its title. */
  public String title() {
    return title;
  }
}
