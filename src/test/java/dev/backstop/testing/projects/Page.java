package dev.backstop.testing.projects;

import dev.backstop.ChangeNotes;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.Id;
import java.util.List;

/** A page of whose table no column tells when it was edited. */
@Entity
@EntityListeners(ChangeNotes.class)
public class Page {
  /** Its table, and the one of its notes. */
  public static final List<String> TABLES =
      List.of(
          "create table page (id bigint primary key, title varchar(100))",
          "create table backstop_change (id bigint generated always as identity primary key,"
              + " entity varchar(255) not null, entity_id varchar(255),"
              + " changed_at timestamp(6) with time zone default current_timestamp not null)",
          "create index backstop_change_at on backstop_change (entity, changed_at)");

  @Id private long id;
  private String title;

  /** For the provider. */
  protected Page() {}

  /** A page. */
  public Page(long id, String title) {
    this.id = id;
    this.title = title;
  }

  /** Its title. */
  public String title() {
    return title;
  }

  /** Gives it another title. */
  public void setTitle(String title) {
    this.title = title;
  }
}
