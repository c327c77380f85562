package dev.backstop.annotation;

import dev.backstop.Policy;
import java.lang.reflect.Method;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says by code how the calls of a {@link Backed} method behave. A bean of any scope; one that is
 * {@code @Dependent} lives as long as the application. Called by many threads at a time.
 *
 * <pre>{@code
 * public Policy policy(Method method, List<Object> arguments) {
 *   return Policy.unset().fingerprint(() -> countOf((Long) arguments.get(0)));
 * }
 * }</pre>
 */
@FunctionalInterface
public interface PolicyFactory {
  /**
   * Returns the policy of one call; what it leaves unset comes from the annotation. It is called
   * before the cache is asked, also for a call that is a hit: it should ask nobody. What it throws
   * is what the caller meets, even if a backup could stand in.
   *
   * @param arguments those of the call; unmodifiable
   */
  Policy policy(Method method, List<@Nullable Object> arguments);
}
