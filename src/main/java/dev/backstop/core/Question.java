package dev.backstop.core;

import dev.backstop.ChangedSince;
import dev.backstop.Policy;
import dev.backstop.clock.Micros;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * How a policy asks whether the source changed.
 *
 * @param atMostEvery in microseconds, 0 for each time
 */
record Question(
    @Nullable ChangedSince changedSince, @Nullable Callable<?> fingerprint, long atMostEvery) {
  static Question of(Policy policy) {
    return new Question(
        policy.changedSince(),
        policy.fingerprint(),
        policy.askAtMostEvery() == null ? 0 : Micros.of(policy.askAtMostEvery()));
  }

  /** Whether there is anything to ask. */
  boolean isSet() {
    return changedSince != null || fingerprint != null;
  }
}
