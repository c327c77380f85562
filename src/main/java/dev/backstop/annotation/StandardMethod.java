package dev.backstop.annotation;

import jakarta.enterprise.inject.spi.AnnotatedMethod;
import jakarta.enterprise.inject.spi.AnnotatedParameter;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.cache.annotation.CacheDefaults;
import javax.cache.annotation.CacheKey;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheMethodDetails;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.CacheValue;
import org.jspecify.annotations.Nullable;

/**
 * A method that is annotated as JSR-107 has it, as it is declared.
 *
 * @param values the positions of the parameters that are a {@link CacheValue}
 */
record StandardMethod(
    Set<Annotation> annotations,
    StandardSettings settings,
    @Nullable CacheDefaults defaults,
    KeyParts key,
    List<Integer> values)
    implements CacheMethodDetails<Annotation> {

  static StandardMethod of(AnnotatedMethod<?> declared, Annotation annotation) {
    Method method = declared.getJavaMember();
    List<Integer> values = marked(declared, CacheValue.class);
    List<Integer> keys = marked(declared, CacheKey.class);
    if (keys.isEmpty()) {
      keys =
          declared.getParameters().stream()
              .map(AnnotatedParameter::getPosition)
              .filter(at -> !values.contains(at))
              .toList();
    }
    return new StandardMethod(
        Set.copyOf(declared.getAnnotations()),
        StandardSettings.of(annotation),
        method.getDeclaringClass().getAnnotation(CacheDefaults.class),
        new KeyParts(method, keys),
        values);
  }

  private static List<Integer> marked(
      AnnotatedMethod<?> method, Class<? extends Annotation> annotation) {
    return method.getParameters().stream()
        .filter(parameter -> parameter.isAnnotationPresent(annotation))
        .map(AnnotatedParameter::getPosition)
        .toList();
  }

  /** What is wrong with it; empty if nothing is. */
  String problem() {
    if (getCacheAnnotation() instanceof CachePut) {
      return values.size() == 1
          ? ""
          : "one parameter must be the @CacheValue, and not " + values.size();
    }
    Class<?> returned = getMethod().getReturnType();
    if (!(getCacheAnnotation() instanceof CacheResult)) {
      return "";
    }
    if (returned == void.class || returned == Void.class) {
      return "a result must be returned, was void";
    }
    return Stages.are(returned)
        ? "a stage is no result; @Backed caches what it completes with"
        : "";
  }

  String name() {
    return "@" + getCacheAnnotation().annotationType().getSimpleName();
  }

  /** The factory of the method, else that of its class; null for the default one. */
  @Nullable Class<? extends CacheResolverFactory> resolvers() {
    Class<? extends CacheResolverFactory> chosen =
        settings.resolvers() == CacheResolverFactory.class && defaults != null
            ? defaults.cacheResolverFactory()
            : settings.resolvers();
    return chosen == CacheResolverFactory.class ? null : chosen;
  }

  /** The generator of the method, else that of its class; null for the default one. */
  @Nullable Class<? extends CacheKeyGenerator> keys() {
    Class<? extends CacheKeyGenerator> chosen =
        settings.keys() == CacheKeyGenerator.class && defaults != null
            ? defaults.cacheKeyGenerator()
            : settings.keys();
    return chosen == CacheKeyGenerator.class ? null : chosen;
  }

  /** The name of the cache of its failures; empty for none. */
  String failures() {
    return getCacheAnnotation() instanceof CacheResult result ? result.exceptionCacheName() : "";
  }

  @Override
  public Method getMethod() {
    return key.method();
  }

  @Override
  public Set<Annotation> getAnnotations() {
    return annotations;
  }

  @Override
  public Annotation getCacheAnnotation() {
    return settings.annotation();
  }

  @Override
  public String getCacheName() {
    if (!settings.cacheName().isEmpty()) {
      return settings.cacheName();
    }
    if (defaults != null && !defaults.cacheName().isEmpty()) {
      return defaults.cacheName();
    }
    return Arrays.stream(getMethod().getParameterTypes())
        .map((Function<Class<?>, String>) Class::getName)
        .collect(Collectors.joining(",", key.where() + "(", ")"));
  }
}
