package dev.backstop.backup;

import jakarta.persistence.Column;
import jakarta.persistence.Convert;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code backstop_backup}, for reading; the guarded upsert of {@link Dialect} writes it.
 */
@Entity
@Table(name = "backstop_backup")
@IdClass(BackupId.class)
@SuppressWarnings("NullAway.Init") // the provider sets the fields
class BackupEntity {
  @Id
  @Column(name = "cache_name")
  String cacheName;

  @Id
  @Column(name = "cache_key")
  String cacheKey;

  // Without @Lob, which Hibernate maps to a large object on PostgreSQL.
  @Column(name = "blob")
  byte @Nullable [] blob;

  @Column(name = "created_at")
  @Convert(converter = InstantConverter.class)
  Instant createdAt;

  @Column(name = "last_access")
  @Convert(converter = InstantConverter.class)
  Instant lastAccess;

  @Column(name = "expires_at")
  @Convert(converter = InstantConverter.class)
  Instant expiresAt;

  @Column(name = "expired_at")
  @Convert(converter = InstantConverter.class)
  @Nullable Instant expiredAt;

  @Column(name = "codec")
  @Nullable String codec;

  @Column(name = "format")
  @Nullable Integer format;

  @Column(name = "type_fingerprint")
  @Nullable String typeFingerprint;

  @Column(name = "etag")
  @Nullable String etag;

  @Column(name = "last_modified")
  @Convert(converter = InstantConverter.class)
  @Nullable Instant lastModified;

  @Column(name = "fingerprint")
  @Nullable String fingerprint;

  BackupEntity() {}
}
