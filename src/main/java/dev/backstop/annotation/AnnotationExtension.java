package dev.backstop.annotation;

import dev.backstop.cdi.BackstopExtension;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.WithAnnotations;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives the methods that are annotated their interceptors and their caches, and refuses those that
 * can't be. Named in {@code META-INF/services}. Not for applications.
 */
public class AnnotationExtension implements Extension {
  private final Map<Method, LoadMethod> loads = new HashMap<>();
  private @Nullable Caches caches;

  /** For the container. */
  public AnnotationExtension() {}

  /** Not once it is known that they are needed: Weld does not enable those that come later. */
  void addInterceptors(@Observes BeforeBeanDiscovery event) {
    event.addAnnotatedType(LoadInterceptor.class, LoadInterceptor.class.getName());
  }

  void meet(@Observes @WithAnnotations(Backed.class) ProcessAnnotatedType<?> event) {
    event
        .configureAnnotatedType()
        .filterMethods(method -> method.isAnnotationPresent(Backed.class))
        .forEach(
            method -> {
              LoadMethod load = LoadMethod.of(method.getAnnotated());
              loads.put(load.key().method(), load);
              method.add(Loading.Literal.INSTANCE);
            });
  }

  /** Before {@link BackstopExtension} adds the caches. */
  void addCaches(
      @Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) AfterBeanDiscovery event,
      BeanManager beans) {
    caches = new Caches(beans);
    BackstopExtension backstop = beans.getExtension(BackstopExtension.class);
    loads.values().forEach(load -> backstop.use(load.spec(), load.where()));
  }

  @Nullable Object load(InvocationContext call) throws Exception {
    LoadMethod load = Objects.requireNonNull(loads.get(call.getMethod()), "a method without plan");
    return load.call(call, Objects.requireNonNull(caches, "no deployment").get(load.cache()));
  }
}
