package dev.backstop.annotation;

import jakarta.interceptor.InvocationContext;
import java.util.function.Function;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResult;
import org.jspecify.annotations.Nullable;

/**
 * What a call of a method does that is annotated as JSR-107 has it.
 *
 * @param failures the cache of its failures, or null
 * @param key what makes its key; that of a whole cache is not asked
 */
record StandardCall(
    StandardMethod method,
    Function<StandardContext, StandardCache> cache,
    @Nullable Function<StandardContext, StandardCache> failures,
    Function<StandardContext, Object> key) {

  @Nullable Object call(InvocationContext call) throws Exception {
    StandardContext context = new StandardContext(method, call);
    return method.getCacheAnnotation() instanceof CacheResult result
        ? result(context, result.skipGet())
        : change(context);
  }

  private @Nullable Object result(StandardContext context, boolean isAlwaysCalled)
      throws Exception {
    Object of = key.apply(context);
    StandardCache results = cache.apply(context);
    StandardCache thrown = failures == null ? null : failures.apply(context);
    if (isAlwaysCalled) {
      Object returned = proceed(context, of, thrown);
      results.set(of, returned);
      return returned;
    }
    return results.get(
        of,
        () -> {
          if (thrown != null) {
            rethrow(thrown.failure(of));
          }
          return proceed(context, of, thrown);
        });
  }

  private static void rethrow(@Nullable Throwable known) throws Exception {
    if (known instanceof Exception exception) {
      throw exception;
    }
    if (known instanceof Error error) {
      throw error;
    }
  }

  private @Nullable Object proceed(
      StandardContext context, Object of, @Nullable StandardCache thrown) throws Exception {
    try {
      return context.call().proceed();
    } catch (Throwable failure) {
      if (thrown != null && method.settings().covers(failure, true)) {
        thrown.fail(of, failure);
      }
      throw failure;
    }
  }

  private @Nullable Object change(StandardContext context) throws Exception {
    StandardCache changed = cache.apply(context);
    Runnable change = change(context, changed);
    if (!method.settings().isAfter()) {
      change.run();
      return context.call().proceed();
    }
    Object returned;
    try {
      returned = context.call().proceed();
    } catch (Throwable failure) {
      if (method.settings().covers(failure, false)) {
        runAfter(change, failure);
      }
      throw failure;
    }
    change.run();
    return returned;
  }

  /** What goes wrong then must not hide the failure. */
  private static void runAfter(Runnable change, Throwable failure) {
    try {
      change.run();
    } catch (RuntimeException trouble) {
      failure.addSuppressed(trouble);
    }
  }

  /** With key and value of before the method runs. */
  private Runnable change(StandardContext context, StandardCache changed) {
    if (method.getCacheAnnotation() instanceof CacheRemoveAll) {
      return changed::removeAll;
    }
    Object of = key.apply(context);
    if (method.getCacheAnnotation() instanceof CachePut) {
      Object value = context.getValueParameter().getValue();
      return () -> changed.set(of, value);
    }
    return () -> changed.remove(of);
  }
}
