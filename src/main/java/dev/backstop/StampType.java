package dev.backstop;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Map;
import java.util.function.Function;

/** A stamp in the type of what it is compared with. What a type can't hold is rounded down. */
final class StampType {
  private static final Map<Class<?>, Function<Instant, Object>> TYPES =
      Map.ofEntries(
          Map.entry(Instant.class, stamp -> stamp),
          Map.entry(OffsetDateTime.class, stamp -> stamp.atOffset(ZoneOffset.UTC)),
          Map.entry(ZonedDateTime.class, stamp -> stamp.atZone(ZoneOffset.UTC)),
          Map.entry(
              LocalDateTime.class, stamp -> LocalDateTime.ofInstant(stamp, ZoneId.systemDefault())),
          Map.entry(Date.class, Date::from),
          Map.entry(Timestamp.class, Timestamp::from),
          Map.entry(Long.class, Instant::toEpochMilli),
          Map.entry(long.class, Instant::toEpochMilli),
          Map.entry(Integer.class, stamp -> Math.toIntExact(stamp.getEpochSecond())),
          Map.entry(int.class, stamp -> Math.toIntExact(stamp.getEpochSecond())));

  private StampType() {}

  static Object of(Class<?> type, Instant stamp) {
    Function<Instant, Object> conversion = TYPES.get(type);
    if (conversion == null) {
      throw new IllegalArgumentException(
          ":stamp must be compared with a moment, was compared with a " + type.getName());
    }
    return conversion.apply(stamp);
  }
}
