package dev.backstop.backup;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * EclipseLink reads no {@code Instant} from a timestamp with time zone; both read this. Public,
 * because EclipseLink calls it without asking for access. Not for applications.
 */
@Converter
public class InstantConverter implements AttributeConverter<Instant, OffsetDateTime> {
  /** For the provider. */
  public InstantConverter() {}

  @Override
  public @Nullable OffsetDateTime convertToDatabaseColumn(@Nullable Instant instant) {
    return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
  }

  @Override
  public @Nullable Instant convertToEntityAttribute(@Nullable OffsetDateTime moment) {
    return moment == null ? null : moment.toInstant();
  }
}
