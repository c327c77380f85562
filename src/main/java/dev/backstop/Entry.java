package dev.backstop;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An answer with its truth: how old it is and where it came from.
 *
 * @param value the value; null only where the loader said that the source has no such thing
 * @param createdAt the stamp: the moment as of which the value is known to hold
 * @param expiresAt until when the fast tier serves this answer without asking the source: the end
 *     of its freshness or, for a stand-in, of the stand-in time
 * @param origin where this call's answer came from
 * @param failure why the value stands in; null for every other origin
 */
public record Entry<V>(
    @Nullable V value,
    Instant createdAt,
    Instant expiresAt,
    Origin origin,
    @Nullable LoadFailure failure) {}
