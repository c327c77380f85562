package dev.backstop.annotation;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Set;
import javax.cache.annotation.CacheInvocationParameter;
import org.jspecify.annotations.Nullable;

/** One parameter of a call. */
record StandardParameter(Method method, int getParameterPosition, @Nullable Object getValue)
    implements CacheInvocationParameter {
  @Override
  public Class<?> getRawType() {
    return method.getParameterTypes()[getParameterPosition];
  }

  @Override
  public Set<Annotation> getAnnotations() {
    return Set.of(method.getParameterAnnotations()[getParameterPosition]);
  }
}
