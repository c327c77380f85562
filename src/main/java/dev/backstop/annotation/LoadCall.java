package dev.backstop.annotation;

import dev.backstop.BackedCache;
import dev.backstop.Policy;
import jakarta.interceptor.InvocationContext;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a call of a {@link Backed} method does.
 *
 * @param factory that of the annotation, or null
 */
record LoadCall(
    Supplier<BackedCache<Object, Object>> cache,
    KeyMaker key,
    Policy policy,
    @Nullable Supplier<? extends PolicyFactory> factory) {

  @SuppressWarnings("FutureReturnValueIgnored") // the caller has it
  @Nullable Object call(InvocationContext call) throws Exception {
    Object of = key.of(call.getParameters());
    Policy terms = terms(call);
    if (!Stages.are(key.parts().method().getReturnType())) {
      return cache.get().get(of, call::proceed, terms);
    }
    try {
      return CompletableFuture.completedFuture(
          cache.get().get(of, () -> Stages.await(call.proceed()), terms));
    } catch (Exception | Error failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private Policy terms(InvocationContext call) {
    if (factory == null) {
      return policy;
    }
    return factory
        .get()
        .policy(
            key.parts().method(), Collections.unmodifiableList(Arrays.asList(call.getParameters())))
        .over(policy);
  }
}
