package dev.backstop.annotation;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Asks the cache, and goes on to the method when that loads. Outside of {@code @Transactional},
 * which is at 200. Serializable, as a bean of a session asks it of its interceptors.
 */
@Loading
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
class LoadInterceptor implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject private AnnotationExtension extension;

  @AroundInvoke
  @Nullable Object load(InvocationContext call) throws Exception {
    return extension.load(call.getMethod()).call(call);
  }
}
