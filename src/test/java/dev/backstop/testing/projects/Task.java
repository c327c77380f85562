package dev.backstop.testing.projects;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;

/** A task of a project; when it was edited is told in every way that there is. */
@Entity
public class Task {
  /** Makes its table, on every database. */
  public static final String TABLE =
      "create table task (id bigint primary key, project varchar(40), title varchar(40),"
          + " at_instant timestamp(6) with time zone, at_offset timestamp(6) with time zone,"
          + " at_zone timestamp(6) with time zone, at_local timestamp(6), at_date timestamp(6),"
          + " at_timestamp timestamp(6), at_millis bigint, at_seconds integer)";

  @Id private Long id;
  private String project;
  private String title;

  @Column(name = "at_instant")
  @Convert(converter = InstantAsOffset.class)
  private Instant edited;

  @Column(name = "at_offset")
  private OffsetDateTime offset;

  @Column(name = "at_zone")
  @Convert(converter = ZonedAsOffset.class)
  private ZonedDateTime zoned;

  @Column(name = "at_local")
  private LocalDateTime local;

  @Column(name = "at_date")
  private Date date;

  @Column(name = "at_timestamp")
  private Timestamp timestamp;

  @Column(name = "at_millis")
  private long millis;

  @Column(name = "at_seconds")
  private Integer seconds;

  /** For the provider. */
  protected Task() {}

  /** A task that was edited at a full second. */
  public Task(long id, String project, Instant edited) {
    this.id = id;
    this.project = project;
    title = "Task " + id;
    this.edited = edited;
    offset = edited.atOffset(ZoneOffset.UTC);
    zoned = edited.atZone(ZoneOffset.UTC);
    local = LocalDateTime.ofInstant(edited, ZoneId.systemDefault());
    date = Date.from(edited);
    timestamp = Timestamp.from(edited);
    millis = edited.toEpochMilli();
    seconds = (int) edited.getEpochSecond();
  }

  /** Its title. */
  public String title() {
    return title;
  }
}
