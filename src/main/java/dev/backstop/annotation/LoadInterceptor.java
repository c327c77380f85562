package dev.backstop.annotation;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cache, and goes on to the method when that loads. Outside of {@code @Transactional},
 * which is at 200.
 */
@Loading
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
class LoadInterceptor {
  private final AnnotationExtension extension;

  @Inject
  LoadInterceptor(AnnotationExtension extension) {
    this.extension = extension;
  }

  @AroundInvoke
  @Nullable Object load(InvocationContext call) throws Exception {
    return extension.load(call);
  }
}
