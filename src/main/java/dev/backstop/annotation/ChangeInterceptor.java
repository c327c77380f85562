package dev.backstop.annotation;

import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Changes the cache when the method has returned. Inside of {@code @Transactional}, so that the
 * transaction of the method is still there. Serializable, as {@link LoadInterceptor} is.
 */
@Changing
@Interceptor
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 300)
class ChangeInterceptor implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject private AnnotationExtension extension;

  @AroundInvoke
  @Nullable Object change(InvocationContext call) throws Exception {
    return extension.change(call.getMethod()).call(call);
  }
}
