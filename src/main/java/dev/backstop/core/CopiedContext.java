package dev.backstop.core;

import dev.backstop.LoadContext;
import dev.backstop.backup.Blob;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The context of a loader of a {@link CopiedCache}: the previous value is a copy of its own. */
final class CopiedContext<V> implements LoadContext<V> {
  private final LoadContext<Blob> blobs;
  private final Function<Blob, V> copying;
  private @Nullable V copy;
  private @Nullable Blob kept;

  CopiedContext(LoadContext<Blob> blobs, Function<Blob, V> copying) {
    this.blobs = blobs;
    this.copying = copying;
  }

  /** The blob that stays, if this is the value that was said not to be modified; or null. */
  @SuppressWarnings("ReferenceEquality") // an equal value is another
  @Nullable Blob keptAs(@Nullable V value) {
    return value == copy ? kept : null;
  }

  private V copyOf(Blob blob) {
    V made = copy == null ? copying.apply(blob) : copy;
    copy = made;
    return made;
  }

  @Override
  public Optional<V> previous() {
    return blobs.previous().map(this::copyOf);
  }

  @Override
  public Optional<Instant> previousStamp() {
    return blobs.previousStamp();
  }

  @Override
  public Optional<String> etag() {
    return blobs.etag();
  }

  @Override
  public Optional<Instant> lastModified() {
    return blobs.lastModified();
  }

  @Override
  public V notModified() {
    Blob blob = blobs.notModified();
    kept = blob;
    return copyOf(blob);
  }

  @Override
  public LoadContext<V> asOf(Instant moment) {
    blobs.asOf(moment);
    return this;
  }

  @Override
  public LoadContext<V> ttl(Duration ttl) {
    blobs.ttl(ttl);
    return this;
  }

  @Override
  public LoadContext<V> etag(String etag) {
    blobs.etag(etag);
    return this;
  }

  @Override
  public LoadContext<V> lastModified(Instant moment) {
    blobs.lastModified(moment);
    return this;
  }
}
