package dev.backstop.annotation;

import dev.backstop.CacheSpec;
import dev.backstop.GenericType;
import java.lang.annotation.Annotation;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.cache.Cache;
import javax.cache.annotation.CacheInvocationContext;
import javax.cache.annotation.CacheKeyGenerator;
import javax.cache.annotation.CacheMethodDetails;
import javax.cache.annotation.CachePut;
import javax.cache.annotation.CacheRemoveAll;
import javax.cache.annotation.CacheResolver;
import javax.cache.annotation.CacheResolverFactory;
import javax.cache.annotation.CacheResult;
import javax.cache.annotation.GeneratedCacheKey;
import org.jspecify.annotations.Nullable;

/** Gives the methods of JSR-107 their caches. */
record StandardPlan(Plan plan) {
  private static final Object OF_ALL = new Object();

  /** Has the cache made, if it is ours, and need be. */
  Optional<StandardCall> call(StandardMethod method) {
    Class<? extends CacheResolverFactory> resolvers = method.resolvers();
    try {
      return resolvers == null
          ? own(method)
          : Optional.of(of(method, plan.beans().make(resolvers)));
    } catch (IllegalArgumentException refused) {
      plan.refuse(method.key().where() + ": " + method.name() + ": " + refused.getMessage());
      return Optional.empty();
    }
  }

  private Optional<StandardCall> own(StandardMethod method) {
    String name = StandardNames.of(method.getCacheName());
    StandardOwnCache cache = new StandardOwnCache(plan.beans().cache(name));
    boolean isResult = method.getCacheAnnotation() instanceof CacheResult;
    if (isResult || method.getCacheAnnotation() instanceof CachePut) {
      plan.use(spec(method, name, values(method, isResult)), method.key().where());
    } else if (plan.keyType(name).isEmpty()) {
      throw new IllegalArgumentException(plan.unknown(name));
    }
    if (method.getCacheAnnotation() instanceof CacheRemoveAll) {
      return Optional.of(new StandardCall(method, any -> cache, null, any -> OF_ALL));
    }
    StandardOwnCache failures = failures(method, name);
    return key(method, name)
        .map(
            key ->
                new StandardCall(
                    method, any -> cache, failures == null ? null : any -> failures, key));
  }

  private static GenericType<?> values(StandardMethod method, boolean isResult) {
    if (isResult) {
      return GenericType.of(
          Stages.valueType(
              method.getMethod().getReturnType(), method.getMethod().getGenericReturnType()));
    }
    int at = method.values().get(0);
    return GenericType.of(
        Stages.valueType(
            method.getMethod().getParameterTypes()[at],
            method.getMethod().getGenericParameterTypes()[at]));
  }

  private CacheSpec<?, ?> spec(StandardMethod method, String name, GenericType<?> values) {
    if (method.keys() != null) {
      return of(name, GeneratedCacheKey.class, values);
    }
    Optional<Class<?>> chosen =
        plan.keyType(name).filter(type -> KeyMaker.of(method.key(), type).isPresent());
    if (chosen.isEmpty()) {
      method.key().checkParts();
    }
    return of(name, chosen.orElse(CompositeKey.class), values);
  }

  private static <V> CacheSpec<?, V> of(String name, Class<?> keys, GenericType<V> values) {
    if (keys == GeneratedCacheKey.class) {
      return CacheSpec.of(name, GeneratedCacheKey.class, values).keyText(StandardKey::text);
    }
    if (keys == CompositeKey.class) {
      return CacheSpec.of(name, CompositeKey.class, values).keyText(CompositeKey::text);
    }
    return CacheSpec.of(name, keys, values);
  }

  /** Its keys are those of the cache of the results. */
  private @Nullable StandardOwnCache failures(StandardMethod method, String results) {
    if (method.failures().isEmpty()) {
      return null;
    }
    String name = StandardNames.of(method.failures());
    Class<?> keys = plan.keyType(results).orElseThrow();
    plan.use(
        of(name, keys, GenericType.of(StandardFailure.class)).codec(new StandardFailure.Texts()),
        method.key().where());
    return new StandardOwnCache(plan.beans().cache(name));
  }

  private Optional<Function<StandardContext, Object>> key(StandardMethod method, String name) {
    Class<? extends CacheKeyGenerator> keys = method.keys();
    if (keys != null) {
      return Optional.of(generated(plan.beans().make(keys)));
    }
    return plan.maker(name, method.key(), plan.keyType(name).orElseThrow())
        .map(maker -> context -> maker.of(context.call().getParameters()));
  }

  private static Function<StandardContext, Object> generated(
      Supplier<? extends CacheKeyGenerator> keys) {
    return context -> keys.get().generateCacheKey(context);
  }

  private StandardCall of(StandardMethod method, Supplier<? extends CacheResolverFactory> factory) {
    Class<? extends CacheKeyGenerator> keys = method.keys();
    return new StandardCall(
        method,
        resolved(() -> factory.get().getCacheResolver(method)),
        method.failures().isEmpty()
            ? null
            : resolved(() -> factory.get().getExceptionCacheResolver(ofResult(method))),
        keys == null
            ? context -> new StandardKey(context.getKeyParameters())
            : generated(plan.beans().make(keys)));
  }

  @SuppressWarnings("unchecked") // who has failures to cache is a CacheResult
  private static CacheMethodDetails<CacheResult> ofResult(StandardMethod method) {
    return (CacheMethodDetails<CacheResult>) (CacheMethodDetails<? extends Annotation>) method;
  }

  /** The resolver is asked for once, and asked at each call. */
  private static Function<StandardContext, StandardCache> resolved(
      Supplier<CacheResolver> resolver) {
    Map<Object, CacheResolver> known = new ConcurrentHashMap<>();
    return context ->
        new StandardOtherCache(
            resolve(known.computeIfAbsent(OF_ALL, any -> resolver.get()), context));
  }

  private static Cache<Object, Object> resolve(
      CacheResolver resolver, CacheInvocationContext<? extends Annotation> context) {
    return resolver.resolveCache(context);
  }
}
