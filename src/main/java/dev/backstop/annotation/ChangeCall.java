package dev.backstop.annotation;

import dev.backstop.BackedCache;
import jakarta.interceptor.InvocationContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a call of a method does that {@link Expires} or {@link Removes}. */
record ChangeCall(List<Step> steps) {
  private static final Object ALL = new Object();

  /**
   * One of its changes.
   *
   * @param key null if the whole cache is meant
   */
  record Step(Change change, Supplier<BackedCache<Object, Object>> cache, @Nullable KeyMaker key) {
    Runnable of(@Nullable Object[] arguments) {
      Object changed = key == null ? ALL : key.of(arguments);
      return () -> change.on(cache.get(), changed);
    }
  }

  /** A change of one call, with its key, which was made before the method ran. */
  private record Ready(Change change, Runnable work) {}

  @SuppressWarnings("FutureReturnValueIgnored") // the caller has it
  @Nullable Object call(InvocationContext call) throws Exception {
    @Nullable Object[] arguments = call.getParameters();
    List<Ready> ready =
        steps.stream().map(step -> new Ready(step.change(), step.of(arguments))).toList();
    Object returned;
    try {
      returned = call.proceed();
    } catch (Throwable failure) {
      runAfter(ready, failure);
      throw failure;
    }
    if (returned instanceof CompletionStage<?> stage
        && Stages.are(call.getMethod().getReturnType())) {
      return later(stage, ready);
    }
    run(ready, change -> true);
    return returned;
  }

  private static void run(List<Ready> ready, Predicate<Change> which) {
    ready.stream().filter(one -> which.test(one.change())).forEach(one -> one.work().run());
  }

  /** What goes wrong then must not hide the failure. */
  private static void runAfter(List<Ready> ready, Throwable failure) {
    try {
      run(ready, change -> change.isDoneOn(failure));
    } catch (RuntimeException trouble) {
      failure.addSuppressed(trouble);
    }
  }

  /** A stage of our own, as those that depend on another wrap its failure. */
  private static <T> CompletableFuture<T> later(CompletionStage<T> stage, List<Ready> ready) {
    CompletableFuture<T> told = new CompletableFuture<>();
    stage.whenComplete(
        (value, failure) -> {
          if (failure == null) {
            try {
              run(ready, change -> true);
              told.complete(value);
            } catch (RuntimeException trouble) {
              told.completeExceptionally(trouble);
            }
          } else {
            runAfter(ready, reason(failure));
            told.completeExceptionally(failure);
          }
        });
    return told;
  }

  /** A stage that depends on another has that one's failure in a wrapper. */
  private static Throwable reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }
}
