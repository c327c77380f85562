package dev.backstop.core;

import dev.backstop.LoadContext;
import dev.backstop.Loader;
import dev.backstop.Validators;
import dev.backstop.clock.Micros;
import dev.backstop.clock.Stamp;
import dev.backstop.clock.StampClock;
import dev.backstop.fast.FastCopy;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One call of a loader, and what it said of its value. For the loader's thread alone: no locks. */
final class Loading<V> implements LoadContext<V> {
  private static final int LONGEST_ETAG = 512;

  private final Thread thread = Thread.currentThread();
  private final Flight<V> flight;
  private final Supplier<@Nullable FastCopy<V>> lookup;
  private boolean hasEnded;
  private boolean hasLooked;
  private boolean isKept;
  private @Nullable FastCopy<V> previous;
  private @Nullable Instant asOf;
  private @Nullable Duration ttl;
  private @Nullable String etag;
  private @Nullable Instant lastModified;

  /**
   * Begins.
   *
   * @param lookup finds the previous value, if the loader asks for it
   */
  Loading(Flight<V> flight, Supplier<@Nullable FastCopy<V>> lookup) {
    this.flight = flight;
    this.lookup = lookup;
  }

  @SuppressWarnings("unchecked") // whoever has the loader of a cache has it for its values
  @Nullable V run(Loader<? extends V, ?> loader) throws Exception {
    try {
      return loader instanceof Contextual<?, ?> contextual
          ? ((Contextual<V, ?>) contextual).load(this)
          : loader.load();
    } finally {
      hasEnded = true;
    }
  }

  /** The stamp of what was loaded: the flight's, or an earlier one that the loader gave. */
  Stamp stamp(StampClock clock) {
    Stamp begin = flight.stamp();
    return asOf != null && Micros.of(asOf) < clock.current(begin)
        ? Stamp.given(Micros.of(asOf))
        : begin;
  }

  /** How long after its stamp what was loaded is fresh. */
  long ttl(Terms terms) {
    return terms.ttlOfOneLoad(ttl == null ? terms.ttl() : Micros.of(ttl));
  }

  /** What was said of the value, and was said of it before if it is the one that was kept. */
  @SuppressWarnings("ReferenceEquality") // an equal value may have come with another etag
  Validators validators(V value, @Nullable String fingerprint) {
    Validators before =
        isKept && previous != null && value == previous.value()
            ? previous.validators()
            : Validators.NONE;
    return new Validators(
        etag != null ? etag : before.etag(),
        lastModified != null ? lastModified : before.lastModified(),
        fingerprint);
  }

  private void check() {
    if (hasEnded || Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "The context of " + flight + " is for its loader's own thread, while the loader runs");
    }
  }

  private Optional<FastCopy<V>> found() {
    check();
    if (!hasLooked) {
      previous = lookup.get();
      hasLooked = true;
    }
    return Optional.ofNullable(previous);
  }

  @Override
  public Optional<V> previous() {
    return found().map(FastCopy::value);
  }

  @Override
  public Optional<Instant> previousStamp() {
    return found().map(copy -> Micros.instant(copy.createdAt()));
  }

  @Override
  public Optional<String> etag() {
    return found().map(copy -> copy.validators().etag());
  }

  @Override
  public Optional<Instant> lastModified() {
    return found().map(copy -> copy.validators().lastModified());
  }

  @Override
  public V notModified() {
    FastCopy<V> kept =
        found()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "No previous value is known that " + flight + " could keep"));
    isKept = true;
    return kept.value();
  }

  @Override
  public LoadContext<V> asOf(Instant moment) {
    check();
    asOf = Arguments.notNull("asOf", moment);
    return this;
  }

  @Override
  public LoadContext<V> ttl(Duration length) {
    check();
    ttl = Arguments.duration("ttl", length);
    return this;
  }

  @Override
  public LoadContext<V> etag(String tag) {
    check();
    etag = Arguments.storable("etag", tag, LONGEST_ETAG);
    return this;
  }

  @Override
  public LoadContext<V> lastModified(Instant moment) {
    check();
    lastModified = Arguments.notNull("lastModified", moment);
    return this;
  }
}
