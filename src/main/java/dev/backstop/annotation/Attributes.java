package dev.backstop.annotation;

import dev.backstop.Policy;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.function.BiFunction;

/** The policy that the attributes of an annotation make. */
final class Attributes {
  private Policy policy = Policy.unset();

  private Attributes() {}

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException if one is none; the message names it and its value
   */
  static Policy policy(Backed backed) {
    Attributes set = new Attributes();
    set.duration("ttl", backed.ttl(), (before, ttl) -> Policy.ttl(ttl).over(before));
    set.duration("maxStale", backed.maxStale(), Policy::maxStale);
    set.duration("softTimeout", backed.softTimeout(), Policy::softTimeout);
    set.duration("hardTimeout", backed.hardTimeout(), Policy::hardTimeout);
    set.share(backed.refreshAhead(), Policy::refreshAhead);
    set.duration("jitter", backed.jitter(), Policy::jitter);
    set.share(backed.standInFor(), Policy::standInFor);
    set.duration("standInAtMost", backed.standInAtMost(), Policy::standInAtMost);
    set.duration("askAtMostEvery", backed.askAtMostEvery(), Policy::askAtMostEvery);
    if (backed.backupReads().length > 1) {
      throw new IllegalArgumentException("backupReads must be one at most, was several");
    }
    if (backed.backupReads().length == 1) {
      set.policy = set.policy.backupReads(backed.backupReads()[0]);
    }
    if (backed.withoutReading().length > 0) {
      set.policy = set.policy.withoutReading(backed.withoutReading());
    }
    if (backed.withoutWriting().length > 0) {
      set.policy = set.policy.withoutWriting(backed.withoutWriting());
    }
    return set.policy;
  }

  private void duration(String name, String text, BiFunction<Policy, Duration, Policy> setting) {
    if (text.isEmpty()) {
      return;
    }
    try {
      policy = setting.apply(policy, Duration.parse(text.strip()));
    } catch (DateTimeParseException unreadable) {
      throw new IllegalArgumentException(
          "%s must be a duration as ISO 8601 has them (PT5M, PT0.5S, P1D), was \"%s\""
              .formatted(name, text),
          unreadable);
    }
  }

  private void share(double share, BiFunction<Policy, Double, Policy> setting) {
    if (share != 0) {
      policy = setting.apply(policy, share);
    }
  }
}
