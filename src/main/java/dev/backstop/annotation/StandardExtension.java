package dev.backstop.annotation;

import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.spi.AfterBeanDiscovery;
import jakarta.enterprise.inject.spi.AfterDeploymentValidation;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.enterprise.inject.spi.BeforeBeanDiscovery;
import jakarta.enterprise.inject.spi.DeploymentException;
import jakarta.enterprise.inject.spi.Extension;
import jakarta.enterprise.inject.spi.ProcessAnnotatedType;
import jakarta.enterprise.inject.spi.ProcessManagedBean;
import jakarta.enterprise.inject.spi.WithAnnotations;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The annotations of JSR-107 on the caches of Backstop. Without {@code javax.cache} it does
 * nothing: no signature here names a class of that, as the container looks at all of them. Named in
 * {@code META-INF/services}. Not for applications.
 */
public class StandardExtension implements Extension {
  private @Nullable StandardMethods methods;

  /** For the container. */
  public StandardExtension() {}

  void bind(@Observes BeforeBeanDiscovery event, BeanManager manager) {
    if (hasApi()) {
      methods = StandardMethods.bind(event, manager);
    }
  }

  private static boolean hasApi() {
    try {
      Class.forName(
          "javax.cache.annotation.CacheResult", false, StandardExtension.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError withoutApi) {
      return false;
    }
  }

  void meetOthers(@Observes @WithAnnotations(Interceptor.class) ProcessAnnotatedType<?> event) {
    if (methods != null) {
      methods.meetInterceptor(event.getAnnotatedType());
    }
  }

  /** Beans, and not types: those could be chosen by their annotations only if these are there. */
  void meet(@Observes ProcessManagedBean<?> event) {
    if (methods != null) {
      methods.meet(event.getAnnotatedBeanClass());
    }
  }

  void planLoads(
      @Observes @Priority(AnnotationExtension.LOADS + 1) AfterBeanDiscovery event,
      BeanManager manager) {
    if (methods != null) {
      methods.planLoads(manager.getExtension(AnnotationExtension.class).plan());
    }
  }

  void planChanges(
      @Observes @Priority(AnnotationExtension.CHANGES) AfterBeanDiscovery event,
      BeanManager manager) {
    if (methods != null) {
      methods.planChanges(manager.getExtension(AnnotationExtension.class).plan());
    }
  }

  void validate(@Observes AfterDeploymentValidation event, BeanManager manager) {
    if (methods != null) {
      methods
          .missing(new Beans(manager))
          .forEach(problem -> event.addDeploymentProblem(new DeploymentException(problem)));
    }
  }

  @Nullable Object call(InvocationContext call) throws Exception {
    return Objects.requireNonNull(methods, "no javax.cache").call(call);
  }
}
