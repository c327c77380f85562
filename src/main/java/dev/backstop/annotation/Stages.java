package dev.backstop.annotation;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Methods that return a {@link CompletionStage}. */
final class Stages {
  private Stages() {}

  static boolean are(Class<?> type) {
    return type == CompletionStage.class || type == CompletableFuture.class;
  }

  /**
   * The type of what a method returns in the end.
   *
   * @throws IllegalArgumentException if it is one of the future that is not told, or no value
   */
  static Type valueType(Class<?> returned, Type declared) {
    if (returned == void.class || returned == Void.class) {
      throw new IllegalArgumentException("a loader must return its value, was void");
    }
    if (are(returned)) {
      if (declared instanceof ParameterizedType generic) {
        return generic.getActualTypeArguments()[0];
      }
      throw new IllegalArgumentException("a stage must say of what it is, was " + declared);
    }
    if (CompletionStage.class.isAssignableFrom(returned)
        || Future.class.isAssignableFrom(returned)) {
      throw new IllegalArgumentException(
          "what is complete later must be a CompletionStage or CompletableFuture, was "
              + returned.getName());
    }
    return declared instanceof Class<?> plain ? KeyParts.boxed(plain) : declared;
  }

  /**
   * Waits for what a method returned.
   *
   * @throws Exception that with which it failed, the same object
   */
  static @Nullable Object await(@Nullable Object returned) throws Exception {
    if (returned == null) {
      return null;
    }
    try {
      return ((CompletionStage<?>) returned).toCompletableFuture().get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof Exception cause) {
        throw cause;
      }
      if (failed.getCause() instanceof Error cause) {
        throw cause;
      }
      throw failed;
    }
  }
}
