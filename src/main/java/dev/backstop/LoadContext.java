package dev.backstop;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a {@link ContextLoader} may ask and say while it runs.
 *
 * <p>The previous value is the last one that this process can reach: the fast copy or, if there is
 * none, the backup, which is read when one of the first five methods is first called. It need not
 * be fresh, or even decodable: then there is none. It is shared by reference and must not be
 * changed, unless {@link CacheSpec#copied()} is set.
 *
 * <p>What is said here holds only if the loader then returns a value. It is for the loader's own
 * thread, and while the loader runs: every method throws {@code IllegalStateException} otherwise.
 *
 * @param <V> the type of the value
 */
public interface LoadContext<V> {
  /** The previous value. */
  Optional<V> previous();

  /** The previous value's stamp: the moment as of which it is known to hold. */
  Optional<Instant> previousStamp();

  /** The etag that the previous value was stored with. */
  Optional<String> etag();

  /** The moment of change that the previous value was stored with. */
  Optional<Instant> lastModified();

  /**
   * Says that the value has not changed at its source: {@code return context.notModified()}. It
   * gets this load's stamp and ttl, and keeps its etag and moment of change unless others are said.
   *
   * @return the previous value
   * @throws IllegalStateException if there is none
   */
  V notModified();

  /**
   * Says as of which moment the value is known to hold, if that is before the load: a replica may
   * lag, a snapshot be older. It becomes the value's stamp, from which its ttl counts, and loses
   * against whatever has a higher one. A moment after the load's begin counts as that.
   */
  LoadContext<V> asOf(Instant moment);

  /**
   * Says how long after its stamp this value is fresh, in the place of the policy's ttl.
   *
   * @throws IllegalArgumentException if it is below one millisecond
   */
  LoadContext<V> ttl(Duration ttl);

  /**
   * Stores the source's name of this state of the value, such as HTTP's {@code ETag}.
   *
   * @throws IllegalArgumentException if it is longer than 512, or holds NUL or a lone surrogate,
   *     which no database stores
   */
  LoadContext<V> etag(String etag);

  /** Stores when the value last changed at its source, by the source's clock. */
  LoadContext<V> lastModified(Instant moment);
}
