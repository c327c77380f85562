package dev.backstop.annotation;

import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.InvocationContext;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** What the interceptors of JSR-107 do. Serializable, as {@link LoadInterceptor} is. */
abstract class StandardInterceptor implements Serializable {
  private static final long serialVersionUID = 1L;

  @Inject private StandardExtension extension;

  @AroundInvoke
  @Nullable Object around(InvocationContext call) throws Exception {
    return extension.call(call);
  }
}
