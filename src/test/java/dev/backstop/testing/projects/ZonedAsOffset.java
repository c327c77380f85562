package dev.backstop.testing.projects;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** EclipseLink knows no {@code ZonedDateTime}. */
@Converter
public class ZonedAsOffset implements AttributeConverter<ZonedDateTime, OffsetDateTime> {
  @Override
  public OffsetDateTime convertToDatabaseColumn(ZonedDateTime moment) {
    return moment == null ? null : moment.toOffsetDateTime();
  }

  @Override
  public ZonedDateTime convertToEntityAttribute(OffsetDateTime moment) {
    return moment == null ? null : moment.atZoneSameInstant(ZoneOffset.UTC);
  }
}
