package dev.backstop;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What tells whether a value changed at its source, kept with it in both tiers. The first two are
 * HTTP's (RFC 9110, section 8.8), for a loader that asks "only if it is newer".
 *
 * @param etag the source's opaque name of this state of the value, or null
 * @param lastModified when the source last changed it, by the source's clock; or null
 * @param fingerprint what {@link Policy#fingerprint} said before the value was loaded, or null
 */
public record Validators(
    @Nullable String etag, @Nullable Instant lastModified, @Nullable String fingerprint) {
  /** Nothing is known. */
  public static final Validators NONE = new Validators(null, null, null);
}
