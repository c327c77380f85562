package dev.backstop.annotation;

import jakarta.interceptor.InvocationContext;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import javax.cache.annotation.CacheInvocationParameter;
import javax.cache.annotation.CacheKeyInvocationContext;
import javax.cache.annotation.CachePut;
import org.jspecify.annotations.Nullable;

/** A call, as generators of keys and resolvers of caches see it. */
record StandardContext(StandardMethod method, InvocationContext call)
    implements CacheKeyInvocationContext<Annotation> {
  private CacheInvocationParameter[] parameters(List<Integer> positions) {
    @Nullable Object[] values = call.getParameters();
    return positions.stream()
        .map(at -> new StandardParameter(method.getMethod(), at, values[at]))
        .toArray(CacheInvocationParameter[]::new);
  }

  @Override
  public CacheInvocationParameter[] getKeyParameters() {
    return parameters(method.key().positions());
  }

  @Override
  @SuppressWarnings("NullAway") // null is what JSR-107 says of the others
  public CacheInvocationParameter getValueParameter() {
    return method.getCacheAnnotation() instanceof CachePut ? parameters(method.values())[0] : null;
  }

  @Override
  public CacheInvocationParameter[] getAllParameters() {
    return parameters(IntStream.range(0, call.getParameters().length).boxed().toList());
  }

  @Override
  public Object getTarget() {
    return call.getTarget();
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    if (type.isInstance(this)) {
      return type.cast(this);
    }
    if (type.isInstance(call)) {
      return type.cast(call);
    }
    throw new IllegalArgumentException(
        "cls must be InvocationContext or a type of this context, was " + type.getName());
  }

  @Override
  public Method getMethod() {
    return method.getMethod();
  }

  @Override
  public Set<Annotation> getAnnotations() {
    return method.getAnnotations();
  }

  @Override
  public Annotation getCacheAnnotation() {
    return method.getCacheAnnotation();
  }

  @Override
  public String getCacheName() {
    return method.getCacheName();
  }
}
