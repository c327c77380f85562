package dev.backstop.backup;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of {@code backstop_cache}: the barriers of one cache. */
@Entity
@Table(name = "backstop_cache")
@SuppressWarnings("NullAway.Init") // the provider sets the fields
class CacheEntity {
  @Id
  @Column(name = "cache_name")
  String cacheName;

  @Column(name = "expired_before")
  @Convert(converter = InstantConverter.class)
  @Nullable Instant expiredBefore;

  @Column(name = "cleared_before")
  @Convert(converter = InstantConverter.class)
  @Nullable Instant clearedBefore;

  CacheEntity() {}
}
