package dev.backstop.annotation;

import dev.backstop.BackedCache;
import dev.backstop.BackupUnavailableException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;

/** What an {@link Expires} or {@link Removes} says. */
record Change(
    boolean isRemoval, String cache, boolean isOfAll, List<Class<? extends Throwable>> alsoOn) {
  private static final Logger LOG = System.getLogger("dev.backstop");

  static Change of(Expires expires) {
    return new Change(false, expires.cache(), expires.all(), List.of(expires.alsoOn()));
  }

  static Change of(Removes removes) {
    return new Change(true, removes.cache(), removes.all(), List.of(removes.alsoOn()));
  }

  boolean isDoneOn(Throwable failure) {
    return alsoOn.stream().anyMatch(type -> type.isInstance(failure));
  }

  /** Does it. That it is not durable yet is for the log: the method has done its work. */
  void on(BackedCache<Object, Object> changed, Object key) {
    try {
      if (isRemoval && isOfAll) {
        changed.clear();
      } else if (isRemoval) {
        changed.remove(key);
      } else if (isOfAll) {
        changed.expireCreatedBefore(Instant.MAX);
      } else {
        changed.expire(key);
      }
    } catch (BackupUnavailableException queued) {
      LOG.log(Level.DEBUG, "A change of " + cache + " is not durable yet", queued);
    }
  }

  @Override
  public String toString() {
    return isRemoval ? "@Removes" : "@Expires";
  }
}
