package dev.backstop.testing.projects;

import dev.backstop.ChangeNotes;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityListeners;
import jakarta.persistence.Id;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A page of whose table no column tells when it was edited. */
@Entity
@EntityListeners(ChangeNotes.class)
public class Page {
  private static final Pattern NOTES =
      Pattern.compile("```sql\\n(create table backstop_change .*?)```", Pattern.DOTALL);

  @Id private long id;
  private String title;

  /** Makes its table, and that of its notes, as docs/invalidation.md has it. */
  public static List<String> tables() throws IOException {
    String page = Files.readString(Path.of("../docs/invalidation.md"));
    Matcher notes = NOTES.matcher(page);
    if (!notes.find()) {
      throw new IOException("no table of the notes");
    }
    return Stream.concat(
            Stream.of("create table page (id bigint primary key, title varchar(100))"),
            Stream.of(notes.group(1).split(";\\n")))
        .toList();
  }

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
